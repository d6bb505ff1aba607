"""Times: exact rates, grids of whole frames, spans and pictures."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_media.core.media.notation import parse_offset
from airflow_provider_media.core.planning.timing import (
    cell_times,
    exact_rate,
    grid,
    ladder_rate,
    picture_times,
    sample_times,
    span_of,
    stream_seconds,
    whole,
)
from tests.planned import audio, media, video

RATES = ["24", "25", "30", "50", "24000/1001", "30000/1001", "60000/1001"]


@given(st.sampled_from(RATES), st.floats(1, 20), st.one_of(st.none(), st.floats(0.5, 20)))
def test_segment_is_whole_gops_of_whole_frames_of_exact_rate(rate, segment, gop):
    found = grid(Fraction(rate), segment, min(gop, segment) if gop else None)
    assert found.segment_frames % found.gop_frames == 0
    assert found.segment_duration * Fraction(rate) == found.segment_frames
    assert found.gop_frames >= 1


@pytest.mark.parametrize(
    ("rate", "frames", "seconds"),
    [
        ("25", 100, Fraction(4)),
        ("30000/1001", 120, Fraction(1001, 250)),
        ("24000/1001", 96, Fraction(1001, 250)),
        ("24", 96, Fraction(4)),
    ],
)
def test_four_seconds_are_the_nearest_whole_frames(rate, frames, seconds):
    found = grid(Fraction(rate), 4.0, None)
    assert (found.segment_frames, found.segment_duration) == (frames, seconds)


@pytest.mark.parametrize(
    ("facts", "rate"),
    [
        ({"frame_rate": "30000/1001"}, "30000/1001"),
        ({"frame_rate": "2987/100", "constant_frame_rate": False}, "30000/1001"),
        ({"frame_rate": "144/10", "constant_frame_rate": False}, "15"),
        ({"frame_rate": "77/10", "constant_frame_rate": False}, "8"),
    ],
)
def test_uneven_frame_times_get_rate_players_know(facts, rate):
    assert exact_rate(video(**facts)) == Fraction(rate)


@pytest.mark.parametrize(
    ("own", "wanted", "rate"), [("120", None, "60"), ("240", None, "60"), ("60", None, "60"), ("50", "100", "100")]
)
def test_rungs_halve_rates_above_sixty_unless_told_otherwise(own, wanted, rate):
    assert ladder_rate(video(frame_rate=own), Fraction(wanted) if wanted else None) == Fraction(rate)


@pytest.mark.parametrize(
    ("start", "end", "found"),
    [
        ("1s", "4s", (1, 4)),
        ("-3s", None, (7, 10)),
        (None, "-1s", (0, 9)),
        ("50%", "200s", (5, 10)),
        ("00:00:01:05", None, (1.2, 10)),
        ("-60s", None, (0, 10)),
    ],
)
def test_spans_lie_within_the_source(start, end, found):
    span = span_of(media(), parse_offset(start) if start else None, parse_offset(end) if end else None)
    assert span is not None
    assert (span.start, span.end) == pytest.approx(found)


@pytest.mark.parametrize(("start", "end"), [("10s", None), ("12s", "15s"), ("5s", "4s")])
def test_a_span_with_nothing_in_it_is_none(start, end):
    assert span_of(media(), parse_offset(start), parse_offset(end) if end else None) is None


def test_picture_beginning_late_is_filled_up_from_start():
    late = video(start=1.5, seconds=8.0)
    source = media(late, audio(start=0.5, duration=9.5), start=0.5)
    assert stream_seconds(source, late, whole(source)) == pytest.approx(9.0)


def test_snapshots_past_the_end_mean_the_last_frame():
    at = tuple(map(parse_offset, ("0s", "100%", "99s", "-1s")))
    assert picture_times(media(), video(), at) == pytest.approx((0.0, 9.96, 9.96, 9.0))


@pytest.mark.parametrize(
    ("every", "times"), [("4s", (0, 4, 8)), ("5s", (0, 5)), ("25%", (2.5, 5, 7.5, 9.96)), ("60%", (6,))]
)
def test_sampled_snapshots_begin_with_first_or_end_with_last_frame(every, times):
    assert sample_times(media(), video(), parse_offset(every)) == pytest.approx(times)


@pytest.mark.parametrize(("every", "times"), [("4s", (0, 4, 8)), ("5s", (0, 5)), ("25%", (0, 2.5, 5, 7.5))])
def test_cells_begin_at_zero_and_end_before_the_source_does(every, times):
    assert cell_times(media(), parse_offset(every))[1] == pytest.approx(times)
