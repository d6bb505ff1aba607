"""What a decoding's log tells, in whatever order its threads write."""

from fractions import Fraction

import pytest

from airflow_provider_media.core.media.damage import StreamDamage, stream_damage
from airflow_provider_media.core.media.decode_log import DecodeLog
from airflow_provider_media.core.media.stream_log import StreamLog

MAPPING = (
    "[info]   Stream #0:0 -> #0:0 (h264 (native) -> wrapped_avframe (native))",
    "[info]   Stream #0:1 -> #0:1 (aac (native) -> pcm_s16le (native))",
    "[info] Output #0, null, to 'pipe:':",
    (
        "[info]   Stream #0:0: Video: wrapped_avframe, yuv420p(tv, progressive), 160x90 [SAR 1:1 DAR 16:9], q=2-31, 200"
        " kb/s, 25 fps, 25 tbn"
    ),
    "[info]   Stream #0:1: Audio: pcm_s16le, 48000 Hz, 5.1(side), s16, 4608 kb/s",
    (
        "[aost#0:1/pcm_s16le @ 0x1] [enc:pcm_s16le @ 0x2] [info] encoder <- type:audio frame_pts:0 frame_pts_time:0"
        " time_base:1/48000"
    ),
)
CORRUPT = "[in#0/mpegts @ 0x1] [warning] corrupt input packet in stream 0"
REFUSED = (
    "[aist#0:1/aac @ 0x1] [dec:aac @ 0x2] [error] Error submitting packet to decoder: Invalid data found when"
    " processing input"
)


def packet(number: int) -> str:
    times = f"pkt_pts:{number * 3600} pkt_pts_time:0 pkt_dts:{number * 3600} pkt_dts_time:0"
    return (
        f"[vist#0:0/h264 @ 0x1] [info] demuxer+ffmpeg -> ist_index:0:0 type:video {times} duration:3600"
        " duration_time:0.04"
    )


def frame(number: int) -> str:
    times = f"pts:{number * 3600} pts_time:0 pkt_dts:0 pkt_dts_time:0 duration:3600 duration_time:0.04"
    return f"[vist#0:0/h264 @ 0x1] [dec:h264 @ 0x2] [info] decoder -> {times} keyframe:1 frame_type:1 time_base:1/90000"


def sound_packet(number: int) -> str:
    times = f"pkt_pts:{number * 1920} pkt_pts_time:0 pkt_dts:{number * 1920} pkt_dts_time:0"
    return (
        f"[aist#0:1/aac @ 0x1] [info] demuxer+ffmpeg -> ist_index:0:1 type:audio {times} duration:1920"
        " duration_time:0.02"
    )


def samples(number: int) -> str:
    times = f"pkt_pts:{number * 1024} pkt_pts_time:0 pkt_dts:0 pkt_dts_time:0"
    return (
        f"[aost#0:1/pcm_s16le @ 0x1] [enc:pcm_s16le @ 0x2] [info] encoder -> type:audio {times} duration:1024"
        " duration_time:0.02"
    )


def read(*lines: str, ragged: bool = True, container: str = "mpegts") -> DecodeLog:
    streams = {
        0: StreamLog(kind="video", time_base=Fraction(1, 90_000), marks=True, ragged=ragged),
        1: StreamLog(kind="audio", time_base=Fraction(1, 90_000), ragged=ragged),
    }
    log = DecodeLog(streams, container=container)
    for line in (*MAPPING, *lines):
        log.read(line)
    log.finish()
    return log


def damage(log: DecodeLog, index: int = 0) -> StreamDamage:
    return stream_damage(index, log.streams[index], container_complaints=log.container_complaints)


@pytest.mark.parametrize("behind", [0, 5, 9])
@pytest.mark.parametrize(("place", "is_hole"), [(0, True), (37, True), (38, False)])
def test_corrupt_packet_has_one_verdict_however_far_decoding_is(behind, place, is_hole):
    """The reader's thread runs some packets ahead of the decoder's."""
    lines: list[str] = []
    for number in range(40):
        lines += [CORRUPT] * (number == place) + [packet(number)] + [frame(number - behind)] * (number >= behind)
    lines += [frame(number) for number in range(40 - behind, 40)]
    found = damage(read(*lines))
    assert (found.has_holes, found.ragged) == (is_hole, int(not is_hole))


@pytest.mark.parametrize("early", [True, False])
def test_refused_sound_has_one_verdict_whichever_thread_writes_first(early):
    first = [REFUSED, samples(0)] if early else [samples(0), REFUSED]
    lines = [sound_packet(number) for number in range(30)]
    found = damage(read(*lines, *first, *(samples(number) for number in range(2, 30))), 1)
    assert (found.dropped, found.silent, found.times) == (1, 0.021, (0.021,))


def test_last_refused_sound_of_a_cut_recording_is_lawful():
    lines = [sound_packet(number) for number in range(30)]
    found = damage(read(*lines, *(samples(number) for number in range(28)), REFUSED), 1)
    assert (found.has_holes, found.ragged) == (False, 1)


def test_error_of_the_reader_makes_a_gap_a_hole():
    lines = [sound_packet(number) for number in range(30)] + [samples(number) for number in range(30) if number != 12]
    mismatch = "[in#0/flv @ 0x1] [error] Packet mismatch 0 430 15978"
    assert damage(read(*lines, ragged=False, container="flv"), 1).silent == 0.0
    assert damage(read(*lines, mismatch, ragged=False, container="flv"), 1).silent == 0.021


def test_frames_that_come_twice_are_damage_where_the_reader_complains():
    lines = [line for number in range(20) for line in (packet(number), frame(number))]
    twice = [*lines[:20], packet(9), frame(9), *lines[20:]]
    complaint = (
        "[in#0/matroska,webm @ 0x1] [error] Element at 0x3817 ending at 0xb0dd6 exceeds containing master element"
        " ending at 0x5c32"
    )
    assert (damage(read(*twice)).duplicated, damage(read(*twice)).has_holes) == (1, False)
    assert damage(read(*twice, complaint)).dropped == 1


def test_first_sound_has_channel_layout_of_output_not_of_header():
    log = read(sound_packet(0), samples(0))
    assert log.streams[1].first_sound
    assert log.streams[1].first_sound.channel_layout == "5.1(side)"
