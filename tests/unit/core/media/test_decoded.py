"""Facts of a source, corrected by what its decoder delivers."""

from dataclasses import replace
from fractions import Fraction

import pytest

from airflow_provider_media.core.media.decode_log import DecodeLog
from airflow_provider_media.core.media.decoded import with_decoding
from airflow_provider_media.core.media.info import PictureFormat
from airflow_provider_media.core.media.keyframes import KeyframeScan
from airflow_provider_media.core.media.stream_log import PictureChange, SoundChange, StreamLog
from tests.planned import audio, media, video

BASE = Fraction(1, 1000)
SAMPLES = Fraction(1, 48_000)
MASTERING = {
    "green_x": "13250/50000", "green_y": "34500/50000", "blue_x": "7500/50000", "blue_y": "3000/50000",
    "red_x": "34000/50000", "red_y": "16000/50000", "white_point_x": "15635/50000", "white_point_y": "16450/50000",
    "max_luminance": "10000000/10000", "min_luminance": "1/10000",
}  # fmt: skip


def pictures(times, **facts):
    log = StreamLog(kind="video", time_base=BASE, **facts)
    for time in times:
        log.packet(time, 40)
        log.frame(time, 40, BASE)
    return log


def sound(start=0, count=100):
    log = StreamLog(kind="audio", time_base=BASE, clock=SAMPLES)
    for number in range(count):
        log.packet(number * 21, 21)
        log.sound(start + number * 1024, 1024)
    return log


def found(video_log=None, audio_log=None, *, source=None, sides=(), keyframes=None, container_complaints=0):
    """The facts of an ordinary film of ten seconds, decoded so."""
    log = DecodeLog({0: video_log or pictures(range(0, 10_000, 40)), 1: audio_log or sound()}, container="mov")
    log.container_complaints = container_complaints
    data = {"streams": [{"index": 0, "side_data_list": list(sides)}, {"index": 1}]}
    return with_decoding(source or media(), data, log, {0: keyframes} if keyframes else {})


def test_times_and_counts_are_those_of_the_decoder():
    info = found(pictures(range(1000, 9000, 40)), sound(start=24_000, count=400))
    picture, track = info.main_video, info.main_audio
    assert (picture.start, picture.duration, picture.last_frame_start, picture.frame_count) == (1.0, 8.0, 7.96, 200)
    assert (track.start, track.duration) == (0.5, pytest.approx(400 * 1024 / 48_000))
    assert (info.start, info.duration) == (0.5, pytest.approx(8.533333))
    assert info.bit_rate == round(1_000_000 * 8 / info.duration)
    assert info.warnings == ()


def test_keyframe_interval_follows_the_decoded_length():
    assert found(pictures(range(0, 5000, 40))).main_video.keyframe_interval == pytest.approx(1.0)
    source = media(video(duration=0.0), audio())
    assert found(source=source).main_video.keyframe_interval == 2.0


def test_lost_track_is_no_track_and_a_warning():
    lost = StreamLog(kind="audio", time_base=BASE)
    lost.packet(0, 21)
    info = found(audio_log=lost)
    assert info.audio == ()
    assert info.warnings == ("audio stream 1 cannot be decoded at all",)
    assert [stream.is_lost for stream in info.damage] == [False, True]


def test_source_of_which_nothing_is_decoded_has_no_length():
    info = found(StreamLog(kind="video", time_base=BASE), StreamLog(kind="audio", time_base=BASE))
    assert (info.video, info.audio, info.duration, info.start, info.bit_rate) == ((), (), 0, 0, None)


def test_stream_that_was_not_decoded_has_no_report():
    info = with_decoding(
        media(audio(index=0)), {"streams": [{"index": 0}]}, DecodeLog({0: sound()}, container="wav"), {}
    )
    assert [stream.stream for stream in info.damage] == [0]


def test_lost_frames_of_damaged_source_do_not_change_frame_rate():
    times = [time for time in range(0, 4000, 40) if time % 1000 < 600]
    log = StreamLog(kind="video", time_base=BASE, refused=3)
    for time in range(0, 4000, 40):
        log.packet(time, 40)
        if time in times:
            log.frame(time, 40, BASE)
    picture = found(log).main_video
    assert (picture.frame_rate, picture.constant_frame_rate, picture.frame_count) == (25, True, 60)
    assert picture.duration == pytest.approx(3.6, abs=0.5)


@pytest.mark.parametrize(("edge", "silent"), [(0, 0.5), (1, 0)])
def test_corrupt_packets_in_video_make_gap_of_sound_a_hole(edge, silent):
    track = sound()
    track.sound(100 * 1024 + 24_000, 1024)
    assert found(audio_log=track).damage[1].silent == 0
    info = found(pictures(range(0, 10_000, 40), corrupt=1), track) if not edge else found(marked_at_the_end(), track)
    assert info.damage[1].silent == silent


def marked_at_the_end():
    log = StreamLog(kind="video", time_base=BASE, ragged=True)
    for time in range(0, 10_000, 40):
        log.packet(time, 40)
        log.frame(time, 40, BASE)
    log.spoil()
    return log


def test_uneven_frames_have_a_fastest_rate():
    times = [*range(0, 1000, 33), *range(1990, 9000, 1000)]
    picture = found(pictures(times)).main_video
    assert not picture.constant_frame_rate
    assert float(picture.fastest_rate) == pytest.approx(30.3, abs=0.1)
    assert picture.frame_rate < 10


def test_even_or_few_frames_have_no_fastest_rate():
    assert found().main_video.fastest_rate is None
    assert found(pictures([0, 40, 1000, 3000])).main_video.fastest_rate is None


# Pictures.

HD = PictureFormat(width=1920, height=1080, pixel_format="yuv420p", color_space="bt709")
SD = PictureFormat(width=640, height=480, pixel_format="yuv420p10le", color_space="smpte170m")


def scan(*formats, **facts):
    keyframes = KeyframeScan(count=len(formats), **facts)
    for picture in formats:
        keyframes.formats[picture] += 1
    return keyframes


def test_one_format_is_no_change():
    picture = found(keyframes=scan(HD, HD)).main_video
    assert (picture.formats, picture.width, picture.height) == ((), 1920, 1080)


def test_keyframe_format_wins_over_header_and_header_fills_missing_tags():
    picture = found(keyframes=scan(replace(SD, color_space=""))).main_video
    assert (picture.width, picture.height, picture.bit_depth) == (640, 480, 10)
    assert (picture.color_space, picture.color_transfer) == ("bt709", "bt709")


def test_changing_pictures_are_shown_on_a_canvas_of_square_pixels():
    picture = found(keyframes=scan(replace(SD, sample_aspect_ratio=Fraction(4, 3)), HD)).main_video
    assert picture.formats == (HD, replace(SD, sample_aspect_ratio=Fraction(4, 3)))
    assert (picture.width, picture.height, picture.sample_aspect_ratio) == (1920, 1080, 1)


def test_changes_that_the_decoder_met_are_formats():
    log = pictures(range(0, 10_000, 40))
    log.changes.append(
        PictureChange(time=5.0, width=640, height=360, pixel_format="yuv420p", color_range="tv", color_space="bt709")
    )
    assert len(found(log).main_video.formats) == 2


@pytest.mark.parametrize(
    ("interlaced", "order", "mixed"), [(0, "progressive", False), (1, "top_first", True), (2, "top_first", False)]
)
def test_field_order_is_that_of_the_keyframes(interlaced, order, mixed):
    picture = found(keyframes=scan(HD, HD, interlaced=interlaced, top_first=interlaced)).main_video
    assert (picture.field_order, picture.mixed_fields) == (order, mixed)


def test_unreadable_keyframes_leave_facts_of_header():
    picture = found(keyframes=KeyframeScan(), source=media(video(field_order="bottom_first"), audio())).main_video
    assert (picture.field_order, picture.width) == ("bottom_first", 1920)


def test_mastering_display_stands_in_keyframes_or_header():
    header = found(
        sides=[{"side_data_type": "Content light level metadata", "max_content": 1000, "max_average": 400}, MASTERING]
    ).main_video
    assert (header.mastering.max_content, header.mastering.luminances[0]) == (1000, 1000)
    assert found(keyframes=scan(HD, mastering=header.mastering)).main_video.mastering == header.mastering
    assert found().main_video.mastering is None


@pytest.mark.parametrize(("dynamic_range", "peak"), [("hdr10", 1000), ("sdr", None)])
def test_mastering_display_only_in_decoder_log_applies_to_hdr_stream(dynamic_range, peak):
    log = DecodeLog({0: pictures(range(0, 10_000, 40)), 1: sound()}, container="matroska,webm")
    log.read("[info]       Content light level metadata: MaxCLL=1000, MaxFALL=400")
    source = media(video(codec="av1", dynamic_range=dynamic_range), audio())
    picture = with_decoding(source, {"streams": [{"index": 0}, {"index": 1}]}, log, {}).main_video
    assert (picture.mastering.max_content if picture.mastering else None) == peak


def matrix(a, b, c, d):
    rows = (
        f"\n00000000: {a:12d} {b:12d} {0:12d}\n00000001: {c:12d} {d:12d} {0:12d}\n00000002: {0:12d} {0:12d}  "
        " 1073741824\n"
    )
    return [{"side_data_type": "Display Matrix", "displaymatrix": rows, "rotation": 0}]


ONE = 65_536


@pytest.mark.parametrize(
    ("rows", "mirrored"),
    [
        ((ONE, 0, 0, ONE), False),
        ((0, ONE, -ONE, 0), False),
        ((-ONE, 0, 0, -ONE), False),
        ((-ONE, 0, 0, ONE), True),
        ((0, ONE, ONE, 0), True),
    ],
)
def test_display_matrix_with_a_negative_determinant_reflects_the_picture(rows, mirrored):
    assert found(sides=matrix(*rows)).main_video.mirrored is mirrored


def test_display_matrix_that_is_cut_off_reflects_nothing():
    assert not found(sides=[{"displaymatrix": "\n00000000: -65536 0 0\n"}]).main_video.mirrored


# Sound.


def changing(*changes):
    log = sound()
    log.sound_changes.extend(SoundChange(time=1.0, sample_rate=rate, channel_layout=layout) for rate, layout in changes)
    return found(audio_log=log, source=media(video(), audio(channel_layout="stereo"))).main_audio


def test_steady_sound_keeps_its_layout():
    track = changing()
    assert (track.changes, track.channels, track.sample_rate) == (False, 2, 48_000)


@pytest.mark.parametrize(
    ("changes", "channels", "layout", "rate"),
    [
        ([(48_000, "5.1(side)"), (48_000, "stereo")], 6, "5.1(side)", 48_000),
        ([(96_000, "mono")], 2, "stereo", 96_000),
        ([(44_100, "10 channels")], 10, "10 channels", 48_000),
        ([(44_100, "something new")], 2, "stereo", 48_000),
    ],
)
def test_changing_sound_has_its_widest_layout_and_fastest_rate(changes, channels, layout, rate):
    track = changing(*changes)
    assert (track.changes, track.channels, track.channel_layout, track.sample_rate) == (True, channels, layout, rate)


def test_mono_tracks_of_a_recorder_are_one_programme():
    tracks = [audio(index=n, codec="pcm_s16le", channels=1, channel_layout="mono") for n in (1, 2)]
    source = media(*tracks)
    log = DecodeLog({1: sound(), 2: sound()}, container="mov")
    info = with_decoding(source, {"streams": [{"index": 1}, {"index": 2}]}, log, {})
    assert [track.parts for track in info.audio] == [(1, 2)]
