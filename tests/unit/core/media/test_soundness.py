"""What is refused, and how a whole file is told from a cut one."""

from dataclasses import replace
from fractions import Fraction

import pytest

from airflow_provider_media.core.media.damage import StreamDamage
from airflow_provider_media.core.media.errors import SourceNotMedia, SourceTooLarge
from airflow_provider_media.core.media.info import AudioStream, MediaInfo, VideoStream
from airflow_provider_media.core.media.packets import StreamPackets
from airflow_provider_media.core.media.soundness import (
    check_facts,
    check_header,
    holes,
    is_ragged,
    shortfall,
    unplayable,
)


def info(*, container="mov,mp4", duration=10.0, header=10.0, size=1880, rate=25) -> MediaInfo:
    facts = {
        "index": 0,
        "codec": "h264",
        "width": 64,
        "height": 64,
        "frame_count": 1,
        "last_frame_start": 0,
        "keyframe_interval": 1,
    }
    picture = VideoStream(**facts, frame_rate=Fraction(rate), duration=duration)
    return MediaInfo(format=container, size=size, duration=duration, header_duration=header, video=(picture,))


def stream(*, corrupt=(), packets=100) -> StreamPackets:
    found = StreamPackets()
    for n in range(packets):
        found.add(n, 1, 10, "K_C" if n in corrupt else "K__")
    return found


def test_a_file_that_holds_what_it_promises_is_whole():
    assert shortfall(info(), [stream()]) is None


def test_shortfall_header_duration_longer_than_packets_means_truncation():
    assert shortfall(info(duration=6.0), []) == "its header promises 10.00 s, and its packets hold 6.00 s"


def test_shortfall_one_stream_shorter_than_its_header_duration_means_truncation():
    sound = AudioStream(index=1, codec="aac", channels=1, sample_rate=48000, duration=6.0, header_duration=10.0)
    whole = info()
    assert shortfall(MediaInfo(format="mov", size=1, duration=10, video=whole.video, audio=(sound,)), []) is not None


def test_a_header_may_count_priming_and_long_last_frames():
    assert shortfall(info(header=10.2), []) is None


def test_a_length_that_ffprobe_only_estimated_is_no_promise():
    assert (
        shortfall(
            info(container="mp3", duration=6.0), [], said="Estimating duration from bitrate, this may be inaccurate"
        )
        is None
    )
    assert shortfall(info(container="mp3", duration=6.0), []) is not None


@pytest.mark.parametrize(
    "said", ["[mov @ 0x1] stream 1, offset 0x1482d: partial file", "[matroska,webm @ 0x1] File ended prematurely"]
)
def test_a_demuxer_that_ran_into_the_end_tells_a_cut(said):
    assert "in the middle of its media" in shortfall(info(), [], said=said)


def test_a_last_packet_that_is_incomplete_tells_a_cut():
    assert shortfall(info(container="avi"), [stream(corrupt=(99,))]) is not None


def test_shortfall_transport_stream_ragged_ends_allowed_but_no_partial_packet():
    ragged = [stream(corrupt=(0, 98))]
    assert shortfall(info(container="mpegts", size=188 * 10), ragged) is None
    assert is_ragged(info(container="mpegts"), "")
    assert "middle of a packet" in shortfall(info(container="mpegts", size=188 * 10 + 7), ragged)


def test_an_ogg_file_without_its_last_page_is_cut():
    page = b"OggS\x00%c" + bytes(20) + b"\x01\x02" + b"ab"
    assert shortfall(info(container="ogg"), [], tail=page % 4) is None
    assert shortfall(info(container="ogg"), [], tail=page % 0) is not None
    assert shortfall(info(container="ogg"), [], tail=(page % 4)[:-1]) is not None
    assert shortfall(info(container="ogg"), [], tail=b"") is not None


def test_a_wav_of_unknown_length_is_whole_wherever_it_ends():
    said = "[wav @ 0x1] Ignoring maximum wav data size, file may be invalid"
    assert shortfall(info(container="wav"), [stream(corrupt=(99,))], said=said) is None
    assert is_ragged(info(container="wav"), said)
    assert not is_ragged(info(container="wav"), "")


def test_holes_of_streams_are_damage():
    whole = StreamDamage(stream=0, kind="video", expected=50, decoded=50, ragged=3)
    assert holes(replace(info(), damage=(whole,))) is None
    assert "1 of 50 packets lost" in holes(replace(info(), damage=(replace(whole, dropped=1),)))
    assert "cannot be decoded at all" in holes(replace(info(), damage=(replace(whole, decoded=0),)))


def test_a_file_without_packets_cannot_be_played():
    assert unplayable(MediaInfo(format="mov", size=1, duration=0)) == "none of its streams holds a packet"
    assert unplayable(info()) is None


@pytest.mark.parametrize(
    ("data", "error"),
    [
        ({"streams": []}, SourceNotMedia),
        ({"streams": [{"codec_type": "subtitle"}]}, SourceNotMedia),
        ({"streams": [{"codec_type": "audio"}], "format": {"probe_score": 1}}, SourceNotMedia),
        ({"streams": [{"codec_type": "audio"}] * 9}, SourceTooLarge),
        ({"streams": [{"codec_type": "video", "width": 1001, "height": 1000}]}, SourceTooLarge),
    ],
)
def test_a_header_alone_can_be_enough_to_refuse(data, error):
    with pytest.raises(error):
        check_header(data, pixels=1_000_000, streams=8)


def test_a_fair_header_passes():
    data = {"streams": [{"codec_type": "video", "width": 1000, "height": 1000}], "format": {"probe_score": 100}}
    assert check_header(data, pixels=1_000_000, streams=8) is None


@pytest.mark.parametrize("facts", [{"duration": 11.0}, {"rate": 31}])
def test_check_facts_too_long_or_too_fast_refused_with_limit(facts):
    with pytest.raises(SourceTooLarge, match="allowed") as caught:
        check_facts(info(**facts), duration=10, frame_rate=30)
    assert caught.value.detail["measured"] > caught.value.detail["allowed"]
