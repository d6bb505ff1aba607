"""ffmpeg's log of one decoding, in lines as ffmpeg 9 writes them."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_media.core.media.decode_log import DecodeLog
from airflow_provider_media.core.media.stream_log import SUSTAINED, PictureChange, SoundChange, StreamLog

MILLISECONDS = Fraction(1, 1000)
SAMPLES = Fraction(1, 48_000)
CORRUPT_FRAME = "[vist#0:0/h264 @ 0x564e402026c0] [dec:h264 @ 0x564e402bb880] [warning] corrupt decoded frame"
H264_ERROR = "[h264 @ 0x564e402e6cc0] [error] error while decoding MB 6 3"
REFUSED_SOUND = (
    "[aist#0:1/aac @ 0x55d0f4d6a640] [dec:aac @ 0x55d0f4d6b000] [error] Error submitting packet to decoder: Invalid"
    " data found when processing input"
)
CORRUPT_PACKET = "[in#0/mpegts @ 0x564e4019c040] [warning] corrupt input packet in stream 0"
DEMUXING = "[in#0/matroska,webm @ 0x5566] [error] Error during demuxing: Invalid data found when processing input"
MAPPING = (
    "[info]   Stream #0:0 -> #0:0 (h264 (native) -> wrapped_avframe (native))",
    "[info]   Stream #0:1 -> #0:1 (mp3 (mp3float) -> pcm_s16le (native))",
)


def packet(time, length=40, *, stream=0, kind="video", dts=None):
    shown = (
        f"pkt_pts:{time} pkt_pts_time:0 pkt_dts:{time if dts is None else dts} pkt_dts_time:0 duration:{length}"
        " duration_time:0.04"
    )
    return (
        f"[{kind[0]}ist#0:{stream}/h264 @ 0x55b6] [info] demuxer+ffmpeg -> ist_index:0:{stream} type:{kind} {shown}"
        " off:0 off_time:0"
    )


def frame(time, length=40, *, stream=0, base="1/1000"):
    body = (
        f"decoder -> pts:{time} pts_time:0 pkt_dts:0 pkt_dts_time:0 duration:{length} duration_time:0.04 keyframe:1"
        " frame_type:1"
    )
    return f"[vist#0:{stream}/h264 @ 0x55b6c9ccc200] [dec:h264 @ 0x55b6c9c09a00] [info] {body} time_base:{base}"


def samples(time, length=1024, *, output=1):
    body = (
        f"encoder -> type:audio pkt_pts:{time} pkt_pts_time:0.96 pkt_dts:{time} pkt_dts_time:0.96 duration:{length}"
        " duration_time:0.032"
    )
    return f"[aost#0:{output}/pcm_s16le @ 0x5642] [enc:pcm_s16le @ 0x5642] [info] {body}"


def clock(*, output=1, base="1/48000"):
    body = f"encoder <- type:audio frame_pts:0 frame_pts_time:0 time_base:{base}"
    return f"[aost#0:{output}/pcm_s16le @ 0x56427667fd00] [enc:pcm_s16le @ 0x564276680780] [info] {body}"


def beheaded(line):
    """A line whose beginning another thread's line took."""
    return line[line.index("coder ") - 2 :]


def film(*, marks=True, ragged=False, leading=0, **more):
    video = StreamLog(kind="video", time_base=MILLISECONDS, marks=marks, ragged=ragged, leading=leading)
    audio = StreamLog(kind="audio", time_base=MILLISECONDS, ragged=ragged)
    return DecodeLog({0: video, 1: audio, **more}, container="matroska,webm")


def read(log, *lines):
    for line in lines:
        log.read(line)
    return log


def played(log, times, *, without=()):
    """Packets of these times, and their frames but for some."""
    for time in times:
        read(log, packet(time))
        if time not in without:
            read(log, frame(time))
    return log


def test_frames_and_packets_are_counted_with_their_times():
    log = played(film(), range(40, 440, 40))
    log.finish()
    video = log.streams[0]
    assert (video.packets.count, video.frames.count, video.frames.first, video.frames.end) == (10, 10, 40, 440)
    assert (video.clock, video.missing, video.repaired) == (MILLISECONDS, 0, 0)


def test_packet_without_presentation_time_counts_by_its_decoding_time():
    log = read(film(), packet("NOPTS", dts=80), packet("NOPTS", dts="NOPTS"))
    assert (log.streams[0].packets.count, log.streams[0].packets.first) == (1, 80)


def test_packet_of_stream_not_decoded_is_ignored():
    assert not film().read(packet(0, stream=7))


@pytest.mark.parametrize(
    "line",
    [
        "demuxer+ffmpeg -> ist_ind",
        "decoder -> pts",
        "encoder <- type:audio frame_pts",
        "encoder -> type:audio pkt",
        "filter_raw -> pts:",
        "parameters changed to",
    ],
)
def test_line_that_is_cut_off_says_nothing(line):
    log = film()
    assert not log.read(line)
    assert all(
        stream.frames.count == stream.packets.count == stream.change_count == 0 for stream in log.streams.values()
    )


def test_corrupt_frame_of_absent_stream_is_ignored():
    log = DecodeLog({1: StreamLog(kind="audio", time_base=MILLISECONDS)}, container="avi")
    read(
        log,
        CORRUPT_FRAME,
        frame(0),
        "corrupt decoded frame",
        "decoder ->" + beheaded(frame(0)).removeprefix("decoder ->"),
    )
    assert log.streams[1].frames.count == 0


def test_frame_without_time_is_not_counted():
    assert read(film(), frame("NOPTS")).streams[0].frames.count == 0


def test_samples_are_counted_on_the_encoder_clock():
    log = read(film(), clock(), *(samples(1024 * n) for n in range(5)))
    audio = log.streams[1]
    assert (audio.samples, audio.clock, audio.gaps) == (5120, SAMPLES, 0)


def test_gap_between_samples_is_silence_with_its_time():
    audio = read(film(), clock(), samples(0), samples(1024 + 4800)).streams[1]
    assert audio.gaps == pytest.approx(0.1)
    assert audio.times == [pytest.approx(1024 / 48_000)]


def test_gap_within_a_clock_s_rounding_is_none():
    assert read(film(), clock(), samples(0), samples(1024 + 480)).streams[1].gaps == 0


def test_beheaded_frame_belongs_to_the_only_video_stream():
    assert read(film(), beheaded(frame(0))).streams[0].frames.count == 1


def test_beheaded_frame_of_two_streams_belongs_to_stream_awaiting_it():
    second = StreamLog(kind="video", time_base=MILLISECONDS)
    log = read(film(), packet(0))
    log.streams[2] = second
    read(log, packet(500, stream=2), beheaded(frame(500)), beheaded(frame(0)))
    assert (log.streams[0].frames.first, second.frames.first) == (0, 500)


def test_beheaded_samples_belong_to_the_track_that_goes_on_there():
    log = film()
    log.streams[2] = StreamLog(kind="audio", time_base=MILLISECONDS)
    log._outputs.append(2)
    read(
        log,
        clock(),
        clock(output=2),
        samples(0),
        samples(4096, output=2),
        beheaded(samples(5120)),
        beheaded(samples(1024)),
    )
    assert (log.streams[1].samples, log.streams[2].samples) == (2048, 2048)
    assert (log.streams[1].gaps, log.streams[2].gaps) == (0, 0)


def test_beheaded_clock_is_left_to_the_next_one():
    log = read(film(), beheaded(clock()))
    assert log.streams[1].clock == 0
    assert read(log, clock()).streams[1].clock == SAMPLES


def test_beheaded_samples_of_no_track_are_passed_over():
    log = DecodeLog({0: StreamLog(kind="video", time_base=MILLISECONDS)}, container="avi")
    assert read(log, beheaded(samples(0))).streams[0].samples == 0


# Damage.


def test_corrupt_frame_is_repaired_with_its_time():
    log = read(played(film(), range(0, 400, 40)), packet(400), CORRUPT_FRAME, frame(400), packet(440), frame(440))
    assert (log.streams[0].repaired, log.streams[0].times) == (1, [pytest.approx(0.4)])


def test_beheaded_corrupt_frame_is_repaired_too():
    log = read(film(), packet(0), "corrupt decoded frame", frame(0))
    assert log.streams[0].repaired == 1


def test_corrupt_frame_before_the_first_keyframe_is_lawful():
    log = read(film(leading=2, ragged=True), packet(0), packet(40), packet(200), CORRUPT_FRAME, frame(40), frame(200))
    assert (log.streams[0].repaired, log.streams[0].missing) == (0, 0)


def test_corrupt_frame_before_any_decodable_packet_is_lawful():
    log = read(film(leading=2), packet(0), CORRUPT_FRAME, frame(0))
    assert log.streams[0].repaired == 0


def test_complaint_counts_where_frames_are_not_marked():
    line = H264_ERROR.replace("h264", "vp9")
    mapping = MAPPING[0].replace("h264", "vp9")
    silent, marked = film(marks=False), film(marks=True)
    for log in (silent, marked):
        read(played(read(log, mapping), range(0, 400, 40)), line)
    assert (silent.streams[0].complaints, marked.streams[0].complaints) == (1, 0)
    assert silent.complaint == marked.complaint == "error while decoding MB 6 3"


def test_complaint_of_a_decoder_is_told_by_its_own_name():
    log = read(
        film(),
        *MAPPING,
        packet(0, stream=1, kind="audio"),
        clock(),
        samples(0),
        "[mp3float @ 0x1] [error] Header missing",
    )
    assert log.streams[1].complaints == 1
    assert log.streams[0].complaints == 0


def test_refused_packet_of_sound_counts_and_names_no_time():
    audio = read(film(), packet(0, stream=1, kind="audio"), clock(), samples(0), REFUSED_SOUND).streams[1]
    assert (audio.refused, audio.times) == (1, [])


def test_refused_packet_before_any_packet_counts_nothing():
    assert read(film(), REFUSED_SOUND).streams[1].refused == 0


def test_corrupt_packet_is_counted_with_time_of_last_packet_read():
    log = read(played(film(), range(0, 400, 40)), CORRUPT_PACKET)
    log.finish()
    assert (log.streams[0].corrupt, log.streams[0].times) == (1, [pytest.approx(0.36)])
    assert read(film(), CORRUPT_PACKET).streams[0].corrupt == 1
    read(film(), CORRUPT_PACKET.replace("stream 0", "stream 9"))


def test_error_of_the_container_counts_once_packets_were_read():
    line = "[matroska,webm @ 0x1] [error] 0x00 at pos 81788 (0x13f7c) invalid as first byte of an EBML number"
    log = read(film(), line)
    assert log.container_complaints == 0
    read(log, packet(0), line, DEMUXING)
    assert log.container_complaints == 2
    assert log.complaint.startswith("0x00 at pos")


def test_error_of_an_unknown_speaker_counts_nothing():
    log = read(film(), packet(0), "[swscaler @ 0x1] [error] odd")
    assert log.container_complaints == 0
    assert all(stream.complaints == 0 for stream in log.streams.values())


def test_decode_log_complaint_is_kept_for_error_text_facts_not():
    log = film()
    assert log.read(H264_ERROR)
    assert not log.read(packet(0))
    assert not log.read("[info] Stream mapping:")


def test_packet_without_a_frame_is_missing():
    log = played(film(), range(0, 400, 40), without={120, 360})
    log.finish()
    assert log.streams[0].missing == 2


def test_packets_of_stream_without_any_frame_not_counted_as_missing():
    log = played(film(), range(0, 400, 40), without=set(range(0, 400, 40)))
    log.finish()
    assert (log.streams[0].missing, log.streams[0].packets.count) == (0, 10)


def test_packets_before_the_first_frame_are_not_missing():
    log = read(film(), packet(80), frame(80), packet(0), packet(120), frame(120))
    log.finish()
    assert log.streams[0].missing == 0


def test_frames_on_another_clock_are_not_matched_with_packets():
    log = read(film(), packet(0), packet(40), frame(1, 1, base="1/25"))
    log.finish()
    assert log.streams[0].missing == 0


def test_times_of_few_holes_are_kept_and_neighbours_share_one():
    log = film()
    for number in range(200):
        read(log, packet(number * 40), CORRUPT_FRAME, frame(number * 40))
    log.finish()
    assert log.streams[0].repaired == 200
    assert len(log.streams[0].times) <= 50
    assert log.streams[0].times[:2] == [0, pytest.approx(0.08)]


@pytest.mark.parametrize(("ragged", "edge"), [(True, 2), (False, 0)])
def test_damage_at_the_end_of_a_recording_is_its_edge(ragged, edge):
    log = played(film(ragged=ragged), range(0, 4000, 40))
    read(log, CORRUPT_PACKET, packet(4000), CORRUPT_FRAME, frame(4000))
    log.finish()
    assert log.streams[0].edge == edge


def test_damage_in_the_middle_of_a_recording_is_no_edge():
    log = read(played(film(ragged=True), range(0, 400, 40)), packet(400), CORRUPT_FRAME, frame(400))
    played(log, range(440, 4000, 40)).finish()
    assert (log.streams[0].edge, log.streams[0].repaired) == (0, 1)


# Changes.

VIDEO_CHANGE = (
    "[vf#0:0 @ 0x55ad48d8df00] [info] Reconfiguring filter graph because video parameters changed to yuv420p(unknown,"
    " unknown), 160x120, unspecified alpha"
)
AUDIO_CHANGE = (
    "[af#0:1 @ 0x564276674480] [info] Reconfiguring filter graph because audio parameters changed to 44100 Hz,"
    " 5.1(side), fltp, downmix medatata changed"
)


def filtered(time, *, kind="v", output=0):
    return f"[{kind}f#0:{output} @ 0x55ad48ca7e80] [info] filter_raw -> pts:47104 pts_time:{time} time_base:1/48000"


def test_picture_change_has_the_time_of_the_frame_before():
    log = read(
        film(), filtered("0.96"), VIDEO_CHANGE, filtered("1.96"), VIDEO_CHANGE.replace("unknown, unknown", "pc, bt709")
    )
    same = {"width": 160, "height": 120, "pixel_format": "yuv420p"}
    assert log.streams[0].changes == [
        PictureChange(time=0.96, color_range="", color_space="", **same),
        PictureChange(time=1.96, color_range="pc", color_space="bt709", **same),
    ]


def test_sound_change_has_rate_and_layout():
    log = read(film(), filtered("0.992", kind="a", output=1), AUDIO_CHANGE)
    assert log.streams[1].sound_changes == [SoundChange(time=0.992, sample_rate=44_100, channel_layout="5.1(side)")]


@pytest.mark.parametrize("time", [None, "NOPTS"])
def test_change_at_an_unknown_time_is_at_the_beginning(time):
    log = read(film(), *([filtered(time)] if time else []), VIDEO_CHANGE)
    assert log.streams[0].changes[0].time == 0


def test_changes_without_end_are_counted_and_few_are_kept():
    log = film()
    for _ in range(70):
        read(log, VIDEO_CHANGE, AUDIO_CHANGE)
    assert (log.streams[0].change_count, len(log.streams[0].changes)) == (70, 50)
    assert (log.streams[1].change_count, len(log.streams[1].sound_changes)) == (70, 50)


# Motion.


def fastest(times):
    stream = StreamLog(kind="video", time_base=MILLISECONDS)
    for time in times:
        stream.frame(time, 1, MILLISECONDS)
    return stream.shortest_motion


def test_fewer_frames_than_a_motion_has_are_none():
    assert fastest(range(0, SUSTAINED * 40, 40)) == 0


@given(st.lists(st.integers(1, 2000), min_size=SUSTAINED, max_size=60))
def test_fastest_motion_is_the_shortest_run_of_intervals(intervals):
    times = [sum(intervals[:n]) for n in range(len(intervals) + 1)]
    assert fastest(times) == min(times[n + SUSTAINED] - times[n] for n in range(len(times) - SUSTAINED))


@given(st.lists(st.sampled_from([33, 33, 33, 1000]), min_size=30, max_size=90))
def test_stills_do_not_slow_down_the_fastest_motion(intervals):
    motion = [33] * SUSTAINED
    times = [sum([*intervals, *motion][:n]) for n in range(len(intervals) + SUSTAINED + 1)]
    assert fastest(times) == 33 * SUSTAINED


INFO = "[info]     encoder         : "


def is_ambiguous(*lines):
    log = DecodeLog({0: StreamLog(kind="video", time_base=Fraction(1, 1000))}, container="matroska,webm")
    for line in lines:
        log.read(line)
    return log.is_ambiguous


def test_decode_log_line_interrupted_by_complaint_is_ambiguous():
    assert is_ambiguous(
        "[info]   Stream #0File ended prematurely", "[info] :0: Video: wrapped_avframe, yuv420p, 160x90"
    )
    assert is_ambiguous(f"{INFO}Lavf63.1.102File ended prematurely", "[info] ")
    assert is_ambiguous(
        "[info]   Stream #0:1: Audio: pcm_s16le, 48000 Hz, stereo, s16File ended prematurely", "[info]  (default)"
    )


def test_decode_log_line_interrupted_by_event_is_not_ambiguous():
    event = "filter_raw -> pts:1608 pts_time:0.0335 time_base:1/48000"
    assert not is_ambiguous(
        f"[info]   Stream #0{event}", f"[info] :0{event}", "[info] : Video: wrapped_avframe, yuv420p, 160x90"
    )
    assert not is_ambiguous(
        "[info]   Metadata:", f"{INFO}Lavf63.1.102", "[info] Output #0, null, to 'pipe:':", "[info] Stream mapping:"
    )


def test_decode_log_changing_sound_without_beginning_is_ambiguous():
    log = DecodeLog({0: StreamLog(kind="audio", time_base=Fraction(1, 1000))}, container="mpegts")
    for line in (
        "[info] Output #0, null, to 'pipe:':",
        "[info]   Stream #0:0: Audio: pcm_s16le, 48000 Hz, demuxer -> ist_index:0:0 type:audio next_dts:NOPTS",
        "[info] stereo, s16, 1536 kb/s",
    ):
        log.read(line)
    assert not log.is_ambiguous
    log.read("[af#0:0 @ 0x55] [info] audio parameters changed to 48000 Hz, mono, fltp")
    assert log.is_ambiguous
