from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_media.core.media.expectation import Expectation, ExpectedAudio, ExpectedImage, ExpectedVideo
from airflow_provider_media.core.packaging.errors import VerificationFailed
from airflow_provider_media.core.packaging.webvtt import parse_webvtt, sprite_webvtt
from airflow_provider_media.core.verification.compare import (
    compare_animation,
    compare_cues,
    compare_file,
    compare_picture,
    keyframe_numbers,
    require_none,
)
from airflow_provider_media.core.verification.measure import FileFacts, StreamFacts
from airflow_provider_media.core.verification.pictures import PictureFacts
from airflow_provider_media.core.verification.verify import verify_vtt


def frames(pts, *, rate=Fraction(25), gop=25, base=Fraction(1, 12_800), **facts) -> StreamFacts:
    count = len(pts)
    return StreamFacts(
        **{"kind": "video", "codec": "h264", "width": 160, "height": 90, "pixel_format": "yuv420p", **facts},
        time_base=base,
        pts=pts,
        lengths=[round(1 / (rate * base))] * count,
        sizes=[100] * count,
        positions=list(range(0, count * 100, 100)),
        keyframes=[int(n % gop == 0) for n in range(count)],
    )


def even(count, rate=Fraction(25), base=Fraction(1, 12_800), **facts) -> StreamFacts:
    return frames([round(n / (rate * base)) for n in range(count)], rate=rate, base=base, **facts)


def packets(count, *, codec="aac", rate=48_000, size=1024, first=0) -> StreamFacts:
    return StreamFacts(
        kind="audio",
        codec=codec,
        sample_rate=rate,
        channels=2,
        time_base=Fraction(1, rate),
        pts=[first + n * size for n in range(count)],
        lengths=[size] * count,
        sizes=[100] * count,
        positions=[-1] * count,
        keyframes=[1] * count,
    )


def a_video(**changes) -> Expectation:
    facts = {"codec": "h264", "width": 160, "height": 90, "frame_rate": Fraction(25), "duration": 2.0, "gop_frames": 25}
    return Expectation(video=(ExpectedVideo(**{**facts, **changes}),))


def told(stream: StreamFacts, plan: Expectation) -> list[str]:
    return [mismatch.what for mismatch in compare_file("a.mp4", FileFacts(format="mp4", streams=(stream,)), plan)]


RATES = [Fraction(r) for r in ("24", "25", "30", "50", "24000/1001", "30000/1001", "60000/1001")]


@given(
    rate=st.sampled_from(RATES),
    count=st.integers(1, 400),
    base=st.sampled_from([Fraction(1, 1000), Fraction(1, 90_000)]),
)
def test_an_exact_rate_passes_in_any_clock_that_rounds_it(rate, count, base):
    stream = even(count, rate=rate, base=base)
    assert told(stream, a_video(frame_rate=rate, duration=float(count / rate))) == []


@given(rate=st.sampled_from(RATES), count=st.integers(10, 400), data=st.data())
def test_one_lost_frame_anywhere_inside_is_found(rate, count, data):
    lost = data.draw(st.integers(1, count - 2))
    whole = even(count, rate=rate)
    pts = [time for number, time in enumerate(whole.pts) if number != lost]
    assert any(
        what.startswith("time of frame")
        for what in told(frames(pts, rate=rate), a_video(frame_rate=rate, duration=float(count / rate)))
    )


@pytest.mark.parametrize(("count", "passes"), [(48, False), (49, True), (50, True), (51, True), (52, False)])
def test_compare_video_one_frame_longer_or_shorter_passes_two_fail(count, passes):
    assert (told(even(count), a_video()) == []) == passes


@pytest.mark.parametrize(("count", "passes"), [(48, False), (49, True), (60, True)])
def test_compare_variable_frame_rate_fewer_frames_than_source_refused(count, passes):
    plan = a_video(frame_rate=None, gop_frames=None, duration=count / 25, least_frames=49)
    assert (told(even(count), plan) == []) == passes


def test_compare_copy_may_begin_early_by_lead_never_end_early():
    plan = a_video(frame_rate=None, gop_frames=None, duration=2.0, lead=1.0)
    assert told(even(75), plan) == []
    assert told(even(80), plan) == ["video duration"]
    assert told(even(45), plan) == ["video duration"]


def test_compare_frames_out_of_display_order_sorted_first():
    stream = even(50)
    shuffled = frames([stream.pts[n ^ 1] for n in range(50)], gop=1000)
    assert told(shuffled, a_video(gop_frames=None)) == []
    assert keyframe_numbers(shuffled) == [1]


@pytest.mark.parametrize(
    ("gop", "expected", "found"), [(24, "25", "24"), (50, "2 in all", "1 in all"), (10, "25", "10")]
)
def test_keyframes_must_be_exactly_where_they_were_planned(gop, expected, found):
    (mismatch,) = compare_file("a.mp4", FileFacts(format="mp4", streams=(even(50, gop=gop),)), a_video())
    assert (mismatch.expected, mismatch.found) == (expected, found)


def test_compare_variable_frame_rate_tolerates_longest_frame_within_one_second():
    plan = a_video(frame_rate=None, gop_frames=None, duration=4.0)
    assert told(frames([0, 12_800, 38_400], rate=Fraction(1)), plan) == []
    assert told(
        frames([0, 12_800 * 2], rate=Fraction(1)), a_video(frame_rate=None, gop_frames=None, duration=60.0)
    ) == ["video duration"]


@pytest.mark.parametrize(
    ("codec", "rate", "size", "slack"),
    [
        ("aac", 48_000, 1024, 0.064),
        ("aac", 22_050, 1024, 0.139),
        ("mp3", 44_100, 1152, 0.078),
        ("opus", 48_000, 960, 0.06),
        ("pcm_s16le", 48_000, 1024, 0.025),
    ],
)
def test_sound_may_differ_by_its_codecs_frames_and_no_more(codec, rate, size, slack):
    stream = packets(100, codec=codec, rate=rate, size=size)
    for distance, expected in ((slack, []), (slack + 0.005, ["audio duration"])):
        for duration in (stream.duration - distance, stream.duration + distance):
            plan = Expectation(audio=(ExpectedAudio(codec=codec, duration=duration),))
            assert told(stream, plan) == expected


def test_compare_pcm_last_packet_may_be_shorter_than_assumed():
    stream = packets(100, codec="pcm_s16le", size=4458)
    stream = replace(stream, lengths=[*stream.lengths[:-1], 0])
    assert told(stream, Expectation(audio=(ExpectedAudio(codec="pcm_s16le", duration=99 * 4458 / 48_000),))) == []


def test_priming_before_zero_is_not_heard():
    stream = packets(47, first=-1024)
    assert stream.duration == pytest.approx(46 * 1024 / 48_000)


def test_compare_audio_gap_found_with_correct_start_and_end():
    stream = packets(100)
    holed = packets(90)
    pts = [*stream.pts[:45], *stream.pts[55:]]
    holed = StreamFacts(**{name: getattr(holed, name) for name in holed.__slots__ if name != "pts"}, pts=pts)
    assert told(holed, Expectation(audio=(ExpectedAudio(codec="aac", duration=stream.duration),))) == [
        "sound in all packets"
    ]


@pytest.mark.parametrize(
    ("codec", "rate", "size"), [("aac", 48_000, 1024), ("flac", 44_100, 4608), ("mp3", 44_100, 1152)]
)
def test_compare_hour_of_audio_passes_in_clock_rounding_each_packet(codec, rate, size):
    count = 3600 * rate // size
    exact = [Fraction(n * size * 1000, rate) for n in range(count)]
    stream = replace(
        packets(count, codec=codec, rate=rate, size=size),
        time_base=Fraction(1, 1000),
        pts=[round(time) for time in exact],
        lengths=[size * 1000 // rate] * count,
    )
    sound = ExpectedAudio(codec=codec, duration=count * size / rate)
    assert told(stream, Expectation(audio=(sound,))) == []
    of_each = ("pts", "lengths", "sizes", "positions", "keyframes")
    lost = replace(stream, **{name: getattr(stream, name)[:1000] + getattr(stream, name)[1008:] for name in of_each})
    assert told(lost, Expectation(audio=(sound,))) == ["sound in all packets"]


def test_an_empty_stream_is_a_mismatch_and_no_crash():
    assert told(frames([]), a_video())[:1] == ["video duration"]


def test_all_mismatches_are_told_and_the_first_one_leads():
    with pytest.raises(VerificationFailed) as caught:
        require_none(
            compare_file("a.mp4", FileFacts(format="mp4", streams=(even(10),)), a_video(codec="hevc")), output="hd"
        )
    assert caught.value.message == "output hd: a.mp4: video codec should be hevc but is h264 (1 more)"
    assert len(caught.value.detail["all"]) == 2
    require_none([], output="hd")


def test_a_still_must_have_its_format_and_size():
    plan = ExpectedImage(format="jpg", width=160, height=90)
    assert list(compare_picture("a", PictureFacts(format="jpg", width=160, height=90), plan)) == []
    assert [m.what for m in compare_picture("a", PictureFacts(format="png", width=1, height=90), plan)] == [
        "format",
        "picture size",
    ]


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({"frames": 20}, []),
        ({"frames": 1, "duration": 0.0}, []),
        ({"duration": 1.5}, ["duration"]),
        ({"frames": 40}, ["frames"]),
    ],
)
def test_compare_animation_checks_duration_instead_of_frame_count(facts, told):
    plan = ExpectedVideo(codec="gif", width=64, height=36, frame_rate=Fraction(10), duration=2.0)
    found = PictureFacts(**{"format": "gif", "width": 64, "height": 36, "frames": 20, "duration": 2.0, **facts})
    assert [mismatch.what for mismatch in compare_animation("a.gif", found, plan)] == told


TEXT = sprite_webvtt([0, 10, 20], 30, ["a.jpg", "b.jpg"], columns=2, rows=1, cell=(160, 90))


@pytest.mark.parametrize(
    ("sheets", "count", "message"),
    [
        ({"a.jpg": (320, 90), "b.jpg": (320, 90)}, 4, "cues should be 4 but is 3"),
        ({"a.jpg": (320, 90)}, 3, r"sheet of cue 2 should be one of a.jpg but is b.jpg"),
        ({"a.jpg": (300, 90), "b.jpg": (320, 90)}, 3, "cell of cue 1 should be within 300x90 but is 160x90 at 160,0"),
        (
            {"a.jpg": (320, 90), "b.jpg": (320, 90), "c.jpg": (320, 90)},
            3,
            r"cues on c.jpg should be one at least but is none",
        ),
    ],
)
def test_cues_that_point_off_their_sheets_are_found(sheets, count, message):
    with pytest.raises(VerificationFailed, match=message):
        verify_vtt("sprite.vtt", TEXT, sheets, count, output="sprite")


def test_cues_that_fit_their_sheets_pass():
    sheets = {"a.jpg": (320, 90), "b.jpg": (320, 90)}
    verify_vtt("sprite.vtt", TEXT, sheets, 3)
    assert list(compare_cues("sprite.vtt", parse_webvtt(TEXT), sheets, 3)) == []
