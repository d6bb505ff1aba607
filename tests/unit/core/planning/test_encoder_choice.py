"""Encoders in plans: software, a named hardware encoder, or alternatives among which the worker chooses."""

import json

import pytest

from airflow_provider_media.core.media.hardware import HARDWARE_ENCODERS
from airflow_provider_media.core.plans import Plan
from airflow_provider_media.core.serde import from_json, to_json
from tests.planned import audio, media, plan, video


def transcode(source=None, **settings):
    return plan({"mp4": {"kind": "transcode", "video": settings}}, source)


def command(planned: Plan):
    return planned.units[0].commands[-1]


def used(made):
    return [encode.encoder for encode in made.hardware]


def offered(planned: Plan):
    return [encoder for other in command(planned).alternatives for encoder in set(used(other))]


def test_plan_that_names_no_encoder_needs_no_device():
    made = command(transcode())
    assert (made.hardware, made.alternatives) == ((), ())


@pytest.mark.parametrize("encoder", HARDWARE_ENCODERS)
def test_named_encoder_makes_the_command_and_has_no_alternatives(encoder):
    made = command(transcode(encoder=encoder))
    assert (used(made), made.alternatives) == ([encoder], ())
    assert f"h264_{encoder}" in made.arguments
    assert not {"libx264", "-x264-params", "-crf"} & set(made.arguments)
    assert made.hardware[0].file == "mp4.mp4"


def test_auto_keeps_the_command_of_software():
    assert command(transcode(encoder="auto")).arguments == command(transcode()).arguments


@pytest.mark.parametrize("encoder", HARDWARE_ENCODERS)
def test_alternative_of_auto_is_the_command_of_the_named_encoder(encoder):
    found = [other for other in command(transcode(encoder="auto")).alternatives if used(other) == [encoder]]
    assert found == [command(transcode(encoder=encoder))]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"codec": "av1"}, ["nvenc", "qsv", "vaapi"]),
        ({"codec": "h265", "bit_depth": 10}, list(HARDWARE_ENCODERS)),
        ({"bit_depth": 10}, []),
        ({"codec": "h265", "dynamic_range": "keep"}, []),
        ({"variable_frame_rate": "keep"}, []),
        ({"bitrate": 900_000, "passes": 2}, []),
    ],
    ids=str,
)
def test_auto_offers_only_encoders_that_make_the_video(settings, expected):
    assert offered(transcode(encoder="auto", **settings)) == expected


def test_alternative_of_a_ladder_makes_every_rung_by_hardware():
    planned = plan({"hls": {"kind": "ladder", "encoder": "auto"}, "mp4": {"kind": "transcode"}})
    for other in command(planned).alternatives:
        assert [encode.file for encode in other.hardware] == [f"hls.{n}p.mp4" for n in (1080, 720, 480, 360)]
        assert other.arguments.count("libx264") == 1


def test_h265_of_a_ladder_is_tagged_for_players():
    arguments = command(plan({"hls": {"kind": "ladder", "codec": "h265", "encoder": "vaapi"}})).arguments
    assert arguments.count("hvc1") == 4


@pytest.mark.parametrize(("rate", "without"), [(5, 4), (25, 0)])
def test_rungs_of_slow_sources_have_no_b_frames(rate, without):
    outputs = {"hls": {"kind": "ladder", "encoder": "nvenc"}}
    assert command(plan(outputs, media(video(frame_rate=rate), audio()))).arguments.count("-bf") == without


def test_auto_offers_no_encoder_that_loses_closed_captions():
    captioned = media(video(closed_captions=True), audio())
    settings = {"codec": "h265", "encoder": "auto"}
    assert "qsv" in offered(transcode(**settings))
    assert "qsv" not in offered(transcode(captioned, **settings))
    assert transcode(captioned, **settings).left_out == ()


def test_named_encoder_that_loses_closed_captions_says_so():
    (left,) = transcode(media(video(closed_captions=True), audio()), codec="h265", encoder="qsv").left_out
    assert "closed captions" in left.reason


def test_plan_with_alternatives_reads_back_the_same():
    planned = transcode(encoder="auto")
    assert from_json(Plan, json.loads(json.dumps(to_json(planned)))) == planned


def test_content_keys_of_software_auto_and_each_encoder_differ():
    keys = [transcode(encoder=encoder).units[0].keys for encoder in ("software", "auto", *HARDWARE_ENCODERS)]
    assert len(set(keys)) == len(keys)
