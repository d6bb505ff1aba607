"""Probing real files with the real ffprobe."""

import hashlib
from fractions import Fraction

import pytest

from airflow_provider_media.core.errors import MediaError
from airflow_provider_media.core.ffmpeg.errors import Cancelled
from airflow_provider_media.core.ffmpeg.limits import Limits
from airflow_provider_media.core.ffmpeg.probing import probe
from airflow_provider_media.core.ffmpeg.toolchain import find_toolchain
from tests import media
from tests.captions import captioned


def look(path, *, limits=None, integrity="strict"):
    return probe(path, toolchain=find_toolchain(), limits=limits or Limits(), integrity=integrity)


def refused(path, **options) -> str:
    with pytest.raises(MediaError) as caught:
        look(path, **options)
    assert str(path) not in str(caught.value)
    return caught.value.code


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".ts"])
@pytest.mark.parametrize("rate", ["24", "25", "30000/1001", "24000/1001"])
def test_the_frame_rate_is_exact_in_every_container(tmp_path, suffix, rate):
    found = look(media.clip(tmp_path / f"clip{suffix}", rate=rate, audio=False)).main_video
    assert found.frame_rate == Fraction(rate)
    assert found.constant_frame_rate
    assert found.duration == pytest.approx(float(found.frame_count / Fraction(rate)))


@pytest.mark.parametrize("clockwise", [90, 180, 270])
def test_a_turned_clip_tells_how_a_player_turns_it(tmp_path, clockwise):
    found = look(media.rotated(tmp_path / "turned.mp4", clockwise=clockwise)).main_video
    assert found.rotation == clockwise
    assert (found.display_width, found.display_height) == ((160, 90) if clockwise == 180 else (90, 160))


@pytest.mark.parametrize(("suffix", "codec"), [(".mp4", "libx264"), (".mkv", "libx264"), (".ts", "mpeg2video")])
@pytest.mark.parametrize("top_first", [True, False])
def test_an_interlaced_clip_tells_its_field_order(tmp_path, suffix, codec, top_first):
    found = look(media.interlaced(tmp_path / f"fields{suffix}", codec=codec, top_first=top_first)).main_video
    assert found.field_order == ("top_first" if top_first else "bottom_first")


def test_hdr_is_told_with_its_bit_depth_and_colours(tmp_path):
    found = look(media.hdr10(tmp_path / "hdr.mp4")).main_video
    assert (found.dynamic_range, found.bit_depth, found.color_primaries, found.color_space) == (
        "hdr10",
        10,
        "bt2020",
        "bt2020nc",
    )
    assert look(media.hlg(tmp_path / "hlg.mp4")).main_video.dynamic_range == "hlg"


def test_uneven_frame_times_are_told(tmp_path):
    assert not look(media.vfr(tmp_path / "vfr.mp4")).main_video.constant_frame_rate


def test_odd_sides_are_told_as_they_are(tmp_path):
    found = look(media.odd_sized(tmp_path / "odd.mp4")).main_video
    assert (found.width, found.height) == (161, 91)


def test_probe_lists_every_audio_track_and_no_video_without_video(tmp_path):
    assert len(look(media.clip(tmp_path / "many.mp4", audio=3)).audio) == 3
    found = look(media.audio_only(tmp_path / "song.m4a", channels=6))
    assert (found.video, found.audio[0].channels, found.audio[0].channel_layout) == ((), 6, "5.1")


@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
def test_roles_and_titles_of_tracks_are_told(tmp_path, suffix):
    found = look(media.clip(tmp_path / f"roles{suffix}", audio=3, extra=media.THREE_ROLES))
    assert [track.role for track in found.audio] == ["main", "audio_description", "commentary"]
    assert [track.title for track in found.audio] == ["", "Audio description", "Commentary"]


def test_closed_captions_within_the_picture_are_told(tmp_path):
    assert look(captioned(tmp_path / "captions.mp4", seconds=1)).main_video.closed_captions
    assert not look(media.clip(tmp_path / "plain.mp4")).main_video.closed_captions


@pytest.mark.parametrize(("suffix", "attachments"), [(".mp4", 0), (".mkv", 1)])
def test_what_a_file_holds_beside_picture_and_sound_is_told(tmp_path, suffix, attachments):
    found = look(media.laden(tmp_path / f"laden{suffix}"))
    assert [track.language for track in found.subtitles] == ["eng", "deu"]
    assert (found.chapters, found.data_streams, found.attachments) == (2, (), attachments)
    assert {("title", "A film"), ("artist", "A director")} <= {(name.lower(), value) for name, value in found.tags}


@pytest.mark.parametrize("suffix", [".mp3", ".m4a"])
def test_a_cover_is_no_video(tmp_path, suffix):
    found = look(media.cover_art(tmp_path / f"song{suffix}"))
    assert (found.video, found.attached_pictures) == ((), (1,))


def test_probe_start_other_than_zero_is_not_part_of_duration(tmp_path):
    found = look(media.offset_start(tmp_path / "late.mkv", start=1.4))
    assert (found.start, found.main_video.start, found.main_video.stated_start) == (0, 0, 1.4)
    assert found.duration == pytest.approx(1, abs=0.003)


def test_a_user_file_name_can_be_anything(tmp_path):
    names = ["-i.mp4", "concat:a|b.mp4", "http:..mp4", "100%03d.mp4", "käse\n'\".mp4"]
    assert [look(media.clip(tmp_path / f"{n}" / name)).format[:3] for n, name in enumerate(names)] == ["mov"] * len(
        names
    )


def test_a_file_without_bytes_and_one_that_is_not_there(tmp_path):
    (tmp_path / "zero.mp4").touch()
    assert refused(tmp_path / "zero.mp4") == "source_empty"
    assert refused(tmp_path / "missing.mp4") == "source_not_found"


@pytest.mark.parametrize("kind", ["hls", "m3u", "ffconcat", "sdp", "dash", "svg"])
def test_a_file_that_only_points_at_media_is_refused(tmp_path, kind):
    media.clip(tmp_path / "secret.mp4")
    assert refused(media.playlist(tmp_path / "film.mp4", kind=kind)) == "source_is_reference"


def test_words_and_noise_are_no_media(tmp_path):
    noise = tmp_path / "noise.mp4"
    noise.write_bytes(hashlib.shake_256(b"noise").digest(100_000))
    assert refused(media.text_file(tmp_path / "text.mp4")) == "source_not_media"
    assert refused(noise) == "source_not_media"


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".ts"])
def test_probe_truncated_file_refused_but_tolerant_integrity_passes_with_warning(tmp_path, suffix):
    cut = media.truncated(tmp_path / f"cut{suffix}")
    assert refused(cut) == "source_truncated"
    found = look(cut, integrity="tolerant")
    assert 1.0 < found.duration < 2.2
    assert any("cut short" in warning for warning in found.warnings)


def test_a_cut_mp4_without_its_index_cannot_be_tolerated(tmp_path):
    cut = media.truncated(tmp_path / "cut.mp4", faststart=False)
    assert refused(cut) == "source_truncated"
    assert refused(cut, integrity="tolerant") == "source_truncated"


@pytest.mark.parametrize("part", [0.02, 0.3, 0.5, 0.7, 0.98])
def test_probe_mp4_truncated_index_refused_not_accepted_with_missing_tracks(tmp_path, part):
    whole = media.clip(tmp_path / "whole.mp4", audio=2, extra=("-movflags", "-faststart")).read_bytes()
    index = whole.rindex(b"moov") - 4
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(whole[: index + 8 + int((len(whole) - index - 8) * part)])
    assert refused(cut) == "source_truncated"


def test_probe_truncated_index_with_readable_track_tolerated_with_warning(tmp_path):
    whole = media.clip(tmp_path / "whole.mp4").read_bytes()
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(whole[: whole.index(b"trak", whole.index(b"trak") + 4) - 4])
    found = look(cut, integrity="tolerant")
    assert (len(found.video), len(found.audio)) == (1, 0)
    assert found.warnings == ("the source is cut short: its index (moov) is cut off",)


@pytest.mark.parametrize("length", [b"\xff" * 8, b"\x00" * 8, b"\x7f" + b"\xff" * 7])
def test_a_box_of_impossible_length_is_no_trap(tmp_path, length):
    trap = tmp_path / "trap.mp4"
    trap.write_bytes(b"\0\0\0\x14ftypisom\0\0\2\0isom" + b"\0\0\0\1mdat" + length + bytes(1000))
    assert refused(trap) in {"source_truncated", "source_not_media", "source_damaged"}


def test_a_cut_gif_is_refused(tmp_path):
    whole = media.make(tmp_path / "whole.gif", "-f", "lavfi", "-i", "testsrc2=size=64x48:rate=5:duration=2")
    cut = tmp_path / "cut.gif"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size * 6 // 10])
    assert look(whole).duration == pytest.approx(2)
    assert refused(cut) == "source_truncated"


@pytest.mark.parametrize("suffix", [".wav", ".flac", ".mp3", ".ogg"])
def test_cut_sound_is_refused(tmp_path, suffix):
    codec = {".wav": "pcm_s16le", ".flac": "flac", ".mp3": "libmp3lame", ".ogg": "libvorbis"}[suffix]
    whole = media.audio_only(tmp_path / f"whole{suffix}", codec=codec, seconds=2)
    cut = tmp_path / f"cut{suffix}"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size * 6 // 10])
    assert look(whole).duration == pytest.approx(2, abs=0.05)
    assert refused(cut) == "source_truncated"


def test_two_frames_a_day_apart_are_a_bomb(tmp_path):
    assert refused(media.time_bomb(tmp_path / "bomb.mkv")) == "source_too_large"


@pytest.mark.parametrize(
    "limits",
    [
        Limits(pixels=160 * 90 - 1),
        Limits(frame_rate=24),
        Limits(duration=0.5),
        Limits(streams=1),
        Limits(source_bytes=1000),
    ],
)
def test_each_limit_refuses(tmp_path, limits):
    assert refused(media.clip(tmp_path / "clip.mp4"), limits=limits) == "source_too_large"


def test_probing_can_be_cancelled(tmp_path):
    with pytest.raises(Cancelled):
        probe(media.clip(tmp_path / "clip.mp4"), toolchain=find_toolchain(), limits=Limits(), cancelled=lambda: True)
