"""Plans and checks of waveforms."""

import json

import pytest

from airflow_provider_media.core.media.errors import SourceError
from airflow_provider_media.core.packaging.errors import VerificationFailed
from airflow_provider_media.core.planning.waveforms import LARGEST_BLOCK, verify_waveform, write_waveform
from tests.planned import audio, media, plan, video

WAVES = {"kind": "waveform", "files": ["json"]}
HOURS = 12 * 3600.0


def settings(*streams, **fields):
    (unit,) = plan({"waves": {**WAVES, **fields}}, media(*streams)).units
    return dict(unit.post_processing[-1].settings)


def arguments(made) -> str:
    return " ".join(made.units[0].commands[0].arguments)


def test_waveform_of_a_source_without_audio_is_left_out():
    made = plan({"waves": WAVES, "mp4": {"kind": "transcode"}}, media(video()))
    assert [(left.output, left.reason) for left in made.left_out] == [("waves", "the source has no sound")]


def test_waveform_alone_of_a_source_without_audio_fails():
    with pytest.raises(SourceError, match="waves: the source has no sound"):
        plan({"waves": WAVES}, media(video()))


def test_waveform_of_a_missing_track_is_left_out():
    with pytest.raises(SourceError, match="no audio track 3: it has 1"):
        plan({"waves": {**WAVES, "track": 3}})


def test_waveform_after_the_end_of_the_track_is_left_out():
    with pytest.raises(SourceError, match="nothing between start and end"):
        plan({"waves": {**WAVES, "start": "6s"}}, media(video(), audio(duration=5.0)))


def test_waveform_takes_the_main_track_or_the_numbered_one():
    source = media(video(), audio(index=1, role="commentary"), audio(index=2))
    assert "[0:2]aresample" in arguments(plan({"waves": WAVES}, source))
    assert "[0:1]aresample" in arguments(plan({"waves": {**WAVES, "track": 1}}, source))


def test_waveform_of_span_seeks_and_whole_joins_pass_of_others():
    assert "-ss 1.999000 -t 3.000000" in arguments(plan({"waves": {**WAVES, "start": "2s", "end": "5s"}}))
    assert len(plan({"waves": WAVES, "mp4": {"kind": "transcode"}}).units) == 1


def test_waveform_has_a_pair_of_peaks_for_each_pixel():
    made = settings(audio(index=0, duration=10.0))
    assert (made["block"], made["blocks"], made["channels"]) == (480_000 // 1800, 1, 1)


def test_waveform_of_twelve_hours_is_measured_in_small_blocks():
    made = settings(audio(index=0, duration=HOURS), width=16)
    assert made["block"] <= LARGEST_BLOCK
    assert HOURS * 48_000 / (made["block"] * made["blocks"]) == pytest.approx(16, rel=0.01)


def test_waveform_splits_channels_where_it_is_asked_to():
    assert settings(audio(index=0, channels=6, channel_layout="5.1"), split_channels=True)["channels"] == 6


def test_files_of_one_waveform_share_one_measurement():
    (unit,) = plan({"waves": {"kind": "waveform"}}).units
    assert arguments(plan({"waves": {"kind": "waveform"}})).count("astats") == 1
    assert [artifact.key for artifact in unit.artifacts] == ["shows/My Clip_waves.png", "shows/My Clip_waves.json"]


def test_content_key_of_a_waveform_depends_on_its_color():
    keys = {plan({"waves": {"kind": "waveform", "color": color}}).units[0].keys for color in ("#000000", "#ffffff")}
    assert len(keys) == 2


def peaks(facts, length, **changes):
    head = {
        "version": 2,
        "channels": 1,
        "sample_rate": 48_000,
        "samples_per_pixel": facts["block"] * facts["blocks"],
        "bits": 8,
    }
    return {**head, "length": length, "data": [-1, 1] * length, **changes}


def test_verification_of_peaks_returns_their_facts(tmp_path):
    facts = settings(audio(index=0))
    (tmp_path / "waves.json").write_text(json.dumps(peaks(facts, 1805)))
    assert verify_waveform(tmp_path / "waves.json", facts) == {
        "duration": 10.0,
        "channels": 1,
        "sample_rate": 48_000,
        "peaks": 1805,
    }


@pytest.mark.parametrize(
    ("length", "changes", "message"),
    [
        (1700, {}, r"duration should be 10\.000 s but is 9\.42"),
        (0, {}, "duration should be"),
        (1805, {"bits": 16}, "head should be"),
        (1805, {"data": [1]}, "number of values should be 3610 but is 1"),
        (1805, {"data": [1, -1] * 1805}, "out of order"),
        (1805, {"data": None}, "holds no peaks"),
        (1805, {"data": [-129, 0] * 1805}, "holds no peaks"),
    ],
)
def test_verification_refuses_peaks_that_differ_from_the_plan(tmp_path, length, changes, message):
    facts = settings(audio(index=0))
    (tmp_path / "waves.json").write_text(json.dumps(peaks(facts, length, **changes)))
    with pytest.raises(VerificationFailed, match=message):
        verify_waveform(tmp_path / "waves.json", facts)


def test_drawing_of_too_little_audio_is_refused(tmp_path):
    facts = settings(audio(index=0), files=["png"])
    (tmp_path / "waves.levels").write_text("frame:0 pts:0\n")
    with pytest.raises(VerificationFailed, match="duration should be"):
        write_waveform(tmp_path, facts)
