"""``airflow media probe`` tells what a file holds, to people and to machines."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest

from airflow_provider_media.cli.__main__ import main
from airflow_provider_media.cli.probe import describe
from airflow_provider_media.core.media.info import MediaInfo, SubtitleStream
from airflow_provider_media.core.serde import from_json
from tests.media import clip, playlist, truncated
from tests.planned import audio, media, video


def probe(*arguments: object) -> int:
    try:
        main(["probe", *map(str, arguments)])
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def test_people_read_a_line_per_stream(tmp_path, capsys):
    assert probe(clip(tmp_path / "a.mp4", rate="30000/1001", extra=("-metadata:s:a:0", "language=eng"))) == 0
    first, picture, sound = capsys.readouterr().out.splitlines()
    assert first.startswith("mov,mp4,m4a,3gp,3g2,mj2, 1.001 s, ")
    assert picture.startswith("  video 0    h264 ")
    assert "160x90, 30000/1001 fps, 8 bit sdr" in picture
    assert sound == "  audio 1    aac, mono, 48000 Hz eng"


def test_machines_read_all_facts(tmp_path, capsys):
    assert probe(clip(tmp_path / "a.mp4"), "--json") == 0
    info = from_json(MediaInfo, json.loads(capsys.readouterr().out))
    assert (info.video[0].width, info.video[0].frame_rate, info.duration) == (160, 25, 1.0)


def test_a_refused_source_ends_with_3_and_says_why(tmp_path, capsys):
    assert probe(playlist(tmp_path / "a.mp4")) == 3
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("source_is_reference: the source is a playlist")


def test_machines_read_the_error_on_standard_output(tmp_path, capsys):
    assert probe(tmp_path / "missing.mp4", "--json") == 3
    told = json.loads(capsys.readouterr().out)
    assert told["error"]["code"] == "source_not_found"
    assert "missing.mp4" in told["error"]["message"]


def test_damage_is_refused_unless_it_is_tolerated(tmp_path, capsys):
    cut = truncated(tmp_path / "a.mp4")
    assert probe(cut) == 3
    assert probe(cut, "--tolerant") == 0
    assert "  warning    the source is cut short" in capsys.readouterr().out


def test_what_differs_from_the_ordinary_is_named():
    text = describe(
        MediaInfo(
            format="matroska",
            size=1_234_567,
            duration=12.5,
            video=(
                video(rotation=90, field_order="top_first", constant_frame_rate=False, frame_rate=Fraction(24)),
                video(bit_depth=10, dynamic_range="hlg"),
            ),
            audio=(audio(channels=6, channel_layout="5.1", language="deu"), audio(channels=3)),
            subtitles=(SubtitleStream(index=3, codec="subrip", language="fra"),),
            attached_pictures=(4,),
            warnings=("the source is damaged",),
        )
    )
    assert text.splitlines() == [
        "matroska, 12.500 s, 1,234,567 bytes",
        (
            "  video 0    h264, 1080x1920, 24 fps on average, variable, 8 bit sdr, rotated 90°, interlaced, top_first,"
            " a keyframe every 2.00 s"
        ),
        "  video 0    h264, 1920x1080, 25 fps, 10 bit hlg, a keyframe every 2.00 s",
        "  audio 1    aac, 5.1, 48000 Hz deu",
        "  audio 1    aac, 3 channels, 48000 Hz",
        "  subtitles  subrip fra",
        "  cover      stream 4",
        "  warning    the source is damaged",
    ]


@pytest.mark.parametrize("info", [media(video()), media(audio())])
def test_sources_without_picture_or_without_sound_are_told_too(info):
    assert len(describe(info).splitlines()) == 2
