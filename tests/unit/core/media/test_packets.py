"""Frame rates and lengths from packets alone."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_media.core.media.packets import STANDARD_RATES, FrameRate, StreamPackets, extent, frame_rate

MILLISECONDS = Fraction(1, 1000)
TRANSPORT = Fraction(1, 90_000)


def packets(times, *, duration=0, flags="K__"):
    found = StreamPackets(timed=True)
    for time in times:
        found.add(time, duration, 100, flags)
    found.finish()
    return found


def clock(rate: Fraction, time_base: Fraction, frames: int) -> list[int]:
    return [round(n / rate / time_base) for n in range(frames)]


@pytest.mark.parametrize("time_base", [MILLISECONDS, TRANSPORT, Fraction(1, 12_800), Fraction(1, 30_000)])
@given(st.sampled_from([rate for rate in STANDARD_RATES if rate <= 60]), st.integers(300, 400))
def test_a_constant_rate_is_exact_however_the_clock_rounds_it(time_base, rate, frames):
    assert frame_rate(packets(clock(rate, time_base, frames)), time_base) == FrameRate(rate, constant=True)


def test_frame_rate_short_clip_header_decides_between_indistinguishable_rates():
    film = packets(clock(Fraction(24000, 1001), MILLISECONDS, 12))
    assert frame_rate(film, MILLISECONDS, [Fraction(24000, 1001)]).rate == Fraction(24000, 1001)
    assert frame_rate(film, MILLISECONDS, [Fraction(24)]).rate == 24


def test_a_header_that_lies_about_the_rate_is_not_believed():
    assert (
        frame_rate(packets(clock(Fraction(25), TRANSPORT, 50)), TRANSPORT, [Fraction(30), Fraction(90_000)]).rate == 25
    )


@given(st.permutations(range(16)))
def test_the_order_of_decoding_does_not_matter(order):
    shown = clock(Fraction(25), TRANSPORT, 100)
    mixed = [shown[i] for i in order] + shown[16:]
    assert frame_rate(packets(mixed), TRANSPORT) == FrameRate(Fraction(25), constant=True)


def test_uneven_frames_are_told_with_their_average():
    times = [0, 3600, 7200, 18_000, 28_800, 39_600]
    assert frame_rate(packets(times), TRANSPORT, [Fraction(25)]) == FrameRate(Fraction(125, 11), constant=False)


def test_frame_rate_one_dropped_frame_stays_constant_except_few_frames():
    film = clock(Fraction(25), TRANSPORT, 3000)
    assert frame_rate(packets(film[:1500] + film[1501:]), TRANSPORT) == FrameRate(Fraction(25), constant=True)
    assert not frame_rate(packets(film[:5] + film[6:10]), TRANSPORT).constant


def test_frame_rate_clock_of_whole_frames_does_not_hide_drops():
    capture = [n for n in range(100) if n % 7]
    assert not frame_rate(packets(capture), Fraction(1, 25), [Fraction(25)]).constant


def test_frame_rate_single_frame_follows_its_duration_or_header():
    assert frame_rate(packets([0], duration=3600), TRANSPORT).rate == 25
    assert frame_rate(packets([0]), TRANSPORT, [Fraction(0), Fraction(30)]).rate == 30
    assert frame_rate(packets([0]), TRANSPORT).rate == 25


def test_frame_rate_single_frame_is_not_container_clock():
    assert frame_rate(packets([0]), MILLISECONDS, [Fraction(1000), Fraction(25)]).rate == 25


def test_frame_rate_frames_far_apart_does_not_divide_by_zero():
    assert frame_rate(packets([0, 40_000_000]), MILLISECONDS).rate == Fraction(1, 40_000)


def test_extent_constant_rate_gives_exact_durations_despite_rounding_clock():
    rate = Fraction(24000, 1001)
    film = packets(clock(rate, MILLISECONDS, 24), duration=42)
    assert extent(film, MILLISECONDS, FrameRate(rate, constant=True)) == (23 / rate, 24 / rate)


def test_extent_longer_last_frame_counts_with_its_own_duration():
    film = packets([0, 3600], duration=9000)
    assert extent(film, TRANSPORT, FrameRate(Fraction(25), constant=True)) == (
        Fraction(1, 25),
        Fraction(1, 25) + Fraction(1, 10),
    )


def test_discarded_packets_are_no_part_of_what_is_shown():
    sound = StreamPackets()
    sound.add(-1024, 1024, 210, "KD_")
    sound.add(0, 1024, 280, "K__")
    assert (sound.first, sound.end, sound.count, sound.total) == (0, 1024, 1, 2)


def test_stream_packets_position_of_corrupt_packets_distinguishes_truncation_from_damage():
    found = StreamPackets()
    for n in range(100):
        found.add(n, 1, 10, "K_C" if n in (0, 50, 98) else "K__")
    assert (found.corrupt, found.corrupt_end) == (3, 1)
