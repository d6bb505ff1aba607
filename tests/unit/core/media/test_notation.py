"""Times as workflows write them."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_media.core.media.notation import parse_offset
from airflow_provider_media.core.outputs import SampleSnapshotSpec

NTSC, FILM, DOUBLE = Fraction(30000, 1001), Fraction(24000, 1001), Fraction(60000, 1001)


@pytest.mark.parametrize(
    ("timecode", "rate", "frame"),
    [
        ("00:00:01:05", Fraction(25), 30),
        ("00:00:01:05", NTSC, 35),
        ("00:10:00:00", NTSC, 18_000),
        ("01:00:00:00", FILM, 86_400),
        ("00:01:00;02", NTSC, 1800),
        ("00:00:59;29", NTSC, 1799),
        ("00:10:00;00", NTSC, 17_982),
        ("01:00:00;00", NTSC, 107_892),
        ("00:01:00;04", DOUBLE, 3600),
        ("01:00:00;00", DOUBLE, 215_784),
        ("00:00:01;05", Fraction(25), 30),
    ],
)
def test_a_timecode_names_its_frame(timecode, rate, frame):
    assert parse_offset(timecode).seconds(7200, rate) == pytest.approx(float(frame / rate))


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("-1s", 9), ("-00:00:01", 9), ("-00:00:01:05", 8.8), ("-00:00:00:05", 9.8), ("-00:00:00:00", 0), ("10%", 1)],
)
def test_what_is_negative_counts_from_the_end(text, seconds):
    assert parse_offset(text).seconds(10, Fraction(25)) == pytest.approx(seconds)


def test_frames_from_the_end_are_counted_at_the_sources_rate():
    assert parse_offset("-00:00:01:00").seconds(10, NTSC) == pytest.approx(10 - 1.001)


@given(st.sampled_from(["", "-"]), st.integers(0, 99 * 3600), st.sampled_from(["", ":00", ":07", ";07", ".5", ";112"]))
def test_a_time_reads_back_as_it_is_written(sign, whole, rest):
    offset = parse_offset(f"{sign}{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}{rest}")
    assert parse_offset(str(offset)) == offset


def test_sample_snapshot_interval_in_frames_refused_not_read_without_frames():
    with pytest.raises(ValueError, match="00:00:01:12 counts frames, and distances are told in seconds"):
        SampleSnapshotSpec(every="00:00:01:12")
