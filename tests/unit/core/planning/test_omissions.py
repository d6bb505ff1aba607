from dataclasses import replace

import pytest

from airflow_provider_media.core.media.info import SubtitleStream
from airflow_provider_media.core.planning.omissions import omissions
from tests.planned import audio, media, plan, video

MAIN = audio(language="eng")
OTHER = audio(index=2, language="deu", role="commentary")


def left(source=None, *, audio=(MAIN,), video=True, captions=True, more=()):
    (told,) = omissions(source or media(), audio=audio, video=video, captions=captions, more=more) or ("",)
    return told.removeprefix("not taken along from the source: ")


def test_an_ordinary_source_leaves_nothing_behind():
    tags = (
        ("encoder", "Lavf"),
        ("major_brand", "isom"),
        ("creation_time", "2026"),
        ("com.apple.quicktime.make", "Apple"),
        ("title", ""),
    )
    source = replace(media(video(closed_captions=True), MAIN), tags=tags, data_streams=("mebx",))
    assert list(omissions(source, audio=(MAIN,), video=True, captions=True)) == []


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({"audio": (MAIN, OTHER)}, "1 audio track (German commentary)"),
        ({"video": (video(), video(index=7))}, "1 video track"),
        ({"video": (video(closed_captions=True),)}, "the closed captions"),
        ({"attached_pictures": (3,)}, "1 attached picture"),
        ({"chapters": 12}, "12 chapters"),
        ({"data_streams": ("tmcd", "mebx", "scte_35")}, "2 data streams (tmcd, scte_35)"),
        ({"attachments": 2}, "2 attachments"),
        ({"tags": (("ARTIST", "A"), ("encoder", "E"), ("title", "T"))}, "2 tags (artist, title)"),
        (
            {
                "subtitles": (
                    SubtitleStream(index=3, codec="subrip", language="eng"),
                    SubtitleStream(index=4, codec="dvb_subtitle"),
                )
            },
            "2 subtitle tracks (English, #4)",
        ),
    ],
)
def test_whatever_people_would_miss_is_named(facts, told):
    assert left(replace(media(video(), MAIN), **facts), captions=False) == told


def test_sound_alone_leaves_behind_what_sound_could_have():
    source = replace(
        media(video(closed_captions=True), MAIN),
        chapters=2,
        attachments=1,
        subtitles=(SubtitleStream(index=3, codec="subrip"),),
    )
    assert left(source, video=False, captions=False) == "2 chapters"


def test_sound_that_was_to_be_dropped_needs_no_remark():
    assert list(omissions(media(video(), MAIN, OTHER), audio=None, video=True, captions=True)) == []


@pytest.mark.parametrize(
    ("output", "told"),
    [
        ({"kind": "transcode"}, "1 audio track (German commentary)"),
        ({"kind": "transcode", "audio": {"tracks": "all"}}, ""),
        ({"kind": "transcode", "audio": "drop"}, ""),
        ({"kind": "transcode", "container": "mp3", "audio": {"tracks": "all"}}, "1 audio track (German commentary)"),
        (
            {"kind": "transcode", "video": "copy", "container": "webm", "required": False},
            "1 audio track (German commentary)",
        ),
        ({"kind": "transcode", "container": "webm"}, "1 audio track (German commentary), the closed captions"),
        ({"kind": "transcode", "video": "copy"}, "1 audio track (German commentary)"),
        ({"kind": "ladder"}, "1 audio track (German commentary)"),
        ({"kind": "ladder", "codec": "av1", "audio_tracks": "all"}, "the closed captions"),
        ({"kind": "ladder", "audio": []}, ""),
        ({"kind": "snapshots", "at": ["1s"]}, ""),
    ],
)
def test_every_kind_of_output_names_what_it_leaves_behind(output, told):
    source = media(video(closed_captions=True), MAIN, OTHER)
    reasons = [one.reason for one in plan({"it": output}, source).left_out if "not taken along" in one.reason]
    assert reasons == ([f"not taken along from the source: {told}"] if told else [])
