"""Arguments of the one decode of a source, and the empty logs that it fills."""

import subprocess
from fractions import Fraction

import pytest

from airflow_provider_media.core.ffmpeg.decoding import MARKING, decode_arguments, keyframe_arguments, stream_logs
from airflow_provider_media.core.ffmpeg.limits import Limits
from airflow_provider_media.core.media.decode_log import DecodeLog
from airflow_provider_media.core.media.packets import StreamPackets
from tests.media import clip, ffmpeg
from tests.planned import audio, media, video

DATA = {"streams": [{"index": 0, "time_base": "1/90000"}, {"index": 1, "time_base": "1/48000"}]}


def packets(*flags):
    found = StreamPackets(timed=True)
    for number, flag in enumerate(flags):
        found.add(number, 1, 100, flag)
    return found


def logs(source, read, *, ragged=False):
    return stream_logs(source, DATA, {0: read, 1: packets("K__")}, ragged=ragged)


def test_decode_maps_each_stream_in_order_and_uses_one_thread():
    both = logs(media(), packets("K__", "___"))
    arguments = decode_arguments({0: both[0], 2: both[1]}, Limits())
    assert [arguments[n + 1] for n, word in enumerate(arguments) if word == "-map"] == ["0:0", "0:2"]
    assert arguments[arguments.index("-threads") + 1] == "1"
    assert arguments.index("-threads") < arguments.index("-i")
    assert "-xerror" not in arguments


def test_decode_arguments_deferred_stream_read_last():
    deferred = stream_logs(media(), DATA, {0: packets("K__"), 1: packets("K__")}, ragged=False, deferred=0)
    assert [(index, log.is_deferred) for index, log in deferred.items()] == [(1, False), (0, True)]
    arguments = decode_arguments(deferred, Limits())
    assert arguments[-7:] == ("-map", "0:0", "-c", "copy", "-f", "null", "-")
    assert arguments[arguments.index("-map") + 1] == "0:1"
    assert arguments.count("null") == 2


def test_keyframes_alone_are_decoded_of_one_stream():
    arguments = keyframe_arguments(3, Limits())
    assert arguments[arguments.index("-skip_frame") + 1] == "nokey"
    assert arguments[arguments.index("-select_streams") + 1] == "3"


def test_each_stream_has_a_log_on_its_own_clock():
    found = logs(media(), packets("K__", "___"), ragged=True)
    assert [(log.kind, log.time_base, log.ragged) for log in found.values()] == [
        ("video", Fraction(1, 90_000), True),
        ("audio", Fraction(1, 48_000), True),
    ]


def test_packets_before_the_first_keyframe_are_leading():
    assert logs(media(), packets("___", "___", "K__"))[0].leading == 2


def test_stream_without_any_keyframe_flag_has_no_leading_packets():
    assert logs(media(), packets("___", "___"))[0].leading == 0


@pytest.mark.parametrize(("codec", "marks"), [("h264", True), ("mpeg2video", True), ("vp9", False), ("prores", False)])
def test_decoders_that_mark_frames_are_known(codec, marks):
    assert logs(media(video(codec=codec), audio()), packets("K__"))[0].marks is marks
    assert (codec in MARKING) is marks


def test_log_of_this_ffmpeg_is_understood(tmp_path):
    """A new ffmpeg that words its log otherwise fails here first."""
    clip(tmp_path / "source", extra=("-f", "matroska"))
    data = {"streams": [{"index": n, "time_base": "1/1000"} for n in (0, 1)]}
    read = {0: packets("K__"), 1: packets("K__")}
    log = DecodeLog(stream_logs(media(), data, read, ragged=False), container="matroska,webm")
    argv = [ffmpeg(), *decode_arguments(log.streams, Limits())]
    done = subprocess.run(argv, cwd=tmp_path, capture_output=True, text=True, check=True, timeout=60)
    kept = [line for line in done.stderr.splitlines() if log.read(line)]
    log.finish()
    picture, sound = log.streams[0], log.streams[1]
    assert (picture.packets.count, picture.frames.count, picture.clock) == (25, 25, Fraction(1, 1000))
    assert (sound.clock, sound.gaps) == (Fraction(1, 48_000), 0)
    assert 48_000 <= sound.samples < 50_000
    assert kept == []
    assert log._speakers == {"h264": 0, "aac": 1}
