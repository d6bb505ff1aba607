"""Sources whose packets tell what a decoder will deliver."""

from dataclasses import replace
from fractions import Fraction

import pytest

from airflow_provider_media.core.media.foretelling import foretold_video, is_steady
from airflow_provider_media.core.media.info import PictureFormat
from airflow_provider_media.core.media.keyframes import KeyframeScan
from airflow_provider_media.core.media.packets import StreamPackets
from airflow_provider_media.core.media.stream_log import StreamLog
from tests.planned import audio, media, video

WIDE = PictureFormat(width=1920, height=1080, pixel_format="yuv420p", sample_aspect_ratio=Fraction(1))


def packets(*flags):
    read = StreamPackets(timed=True)
    for number, flag in enumerate(flags):
        read.add(number, 1, 100, flag)
    return read


def foretold(*streams, form="matroska,webm", read=None, said=""):
    return foretold_video(media(*streams, form=form), {0: read or packets("K__", "___", "K__")}, said)


def keyframes(*formats, interlaced=0):
    scan = KeyframeScan(interlaced=interlaced, count=len(formats))
    scan.formats.update(formats)
    return scan


@pytest.mark.parametrize("codec", ["h264", "hevc"])
@pytest.mark.parametrize("form", ["matroska,webm", "mov,mp4,m4a,3gp,3g2,mj2"])
def test_plain_film_is_foretold(codec, form):
    assert foretold(video(codec=codec), audio(), form=form) == video(codec=codec)


@pytest.mark.parametrize(
    "other",
    [{"codec": "vp9"}, {"codec": "mpeg4"}, {"field_order": "top_first"}, {"disposition": ("multilayer",)}],
)
def test_other_pictures_are_decoded_first(other):
    assert foretold(video(**other)) is None


def test_two_pictures_are_decoded_first():
    assert foretold(video(), video(index=2)) is None


@pytest.mark.parametrize("form", ["mpegts", "avi", "mpeg", "flv"])
def test_formats_without_exact_times_are_decoded_first(form):
    assert foretold(form=form) is None


@pytest.mark.parametrize("flags", [("___", "K__"), ("K__", "_D_"), ("K__", "__C")])
def test_packets_out_of_the_ordinary_are_decoded_first(flags):
    assert foretold(read=packets(*flags)) is None


def test_file_of_which_the_reader_complains_is_decoded_first():
    assert foretold(said="[matroska,webm @ 0x55] [warning] Unknown-sized element") is None


def test_keyframes_of_one_kind_are_steady():
    assert is_steady(keyframes(WIDE, WIDE), packets("K__", "___", "K__"))


@pytest.mark.parametrize(
    "scan",
    [
        keyframes(WIDE),
        keyframes(WIDE, replace(WIDE, width=1280)),
        keyframes(WIDE, WIDE, interlaced=1),
    ],
    ids=["one cannot be decoded", "two sizes", "interlaced"],
)
def test_other_keyframes_are_not(scan):
    assert not is_steady(scan, packets("K__", "___", "K__"))


def test_foretold_frames_are_those_of_the_packets_in_showing_order():
    log = StreamLog(kind="video", time_base=Fraction(1, 1000), foretold=True)
    times = [0, 160, 80, 40, 120, *range(200, 4000, 40)]
    for time in times:
        log.packet(time, 40)
    log.finish()
    assert (log.frames.count, log.frames.first, log.frames.last, log.frames.end) == (len(times), 0, 3960, 4000)
    assert log.frames.intervals == {40: len(times) - 1}
    assert (log.missing, log.late, log.shortest_motion) == (0, 0, 320)


def test_two_packets_of_one_time_are_told():
    log = StreamLog(kind="video", time_base=Fraction(1, 1000), foretold=True)
    for time in (0, 40, 40, 80):
        log.packet(time, 40)
    log.finish()
    assert log.late == 1
