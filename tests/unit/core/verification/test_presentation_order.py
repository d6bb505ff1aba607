from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_media.core.verification.measure import StreamFacts
from airflow_provider_media.core.verification.presentation_order import in_presentation_order


def a_stream(packets: list[tuple[int, int]]) -> StreamFacts:
    pts, keyframes = [time for time, _ in packets], [key for _, key in packets]
    zeros = [0] * len(pts)
    return StreamFacts(
        kind="video",
        codec="h264",
        time_base=Fraction(1, 25),
        pts=pts,
        lengths=zeros,
        sizes=zeros,
        positions=zeros,
        keyframes=keyframes,
    )


CLOSED = [(0, 1), (3, 0), (1, 0), (2, 0), (4, 1), (6, 0), (5, 0)]
OPEN = [(2, 1), (0, 0), (1, 0), (5, 1), (3, 0), (4, 0), (6, 0)]


@pytest.mark.parametrize(
    "packets",
    [[], [(0, 1)], CLOSED, OPEN, [(0, 1), (1, 1), (2, 1)], [(4, 1), (5, 0), (0, 1), (1, 0)], [(1, 0), (0, 0)]],
)
def test_in_showing_order_any_stream_sorted(packets):
    stream = a_stream(packets)
    assert list(in_presentation_order(stream, stream.keyframes)) == sorted(packets)


@given(st.lists(st.tuples(st.integers(-5, 40), st.integers(0, 1)), max_size=30, unique_by=lambda packet: packet[0]))
def test_in_showing_order_even_of_damaged_stream_sorted(packets):
    stream = a_stream(packets)
    assert list(in_presentation_order(stream, stream.keyframes)) == sorted(packets)
