"""Progress as ffmpeg's own lines tell it."""

from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_media.core.ffmpeg.progress import Meter, Progress


def block(seconds: float, *, speed: str = "2.0x", frame: int = 1, end: bool = False) -> list[str]:
    return [
        f"frame={frame}",
        f"out_time_us={round(seconds * 1e6)}",
        f"speed={speed}",
        f"progress={'end' if end else 'continue'}",
    ]


def test_percent_speed_and_time_left_come_from_the_output_clock():
    meter = Meter(name="720p", duration=10)
    for line in block(2.5, speed="  2.0x"):
        meter.read(line)
    assert meter.latest == Progress(name="720p", percent=25.0, speed=2.0, eta=3.75)


def test_only_a_report_in_which_something_moved_counts_as_life():
    meter = Meter(name="n", duration=10)
    assert [meter.read(line) for line in block(1)][-1]
    assert not any(meter.read(line) for line in block(1))
    assert any(meter.read(line) for line in block(1, frame=2))


def test_a_clock_that_says_nothing_yet_is_zero_percent():
    meter = Meter(name="n", duration=10)
    for line in ("frame=0", "out_time_us=N/A", "speed=N/A", "progress=continue"):
        meter.read(line)
    assert meter.latest == Progress(name="n", percent=0.0)


def test_without_a_known_duration_there_is_speed_but_no_percentage():
    meter = Meter(name="n", duration=0)
    for line in block(5):
        meter.read(line)
    assert meter.latest == Progress(name="n", percent=0.0, speed=2.0)


@given(st.lists(st.floats(-5, 30)))
def test_the_percentage_never_falls_and_never_claims_the_end(clocks):
    meter = Meter(name="n", duration=10)
    seen = []
    for clock in clocks:
        for line in block(clock):
            meter.read(line)
        seen.append(meter.latest.percent)
    assert seen == sorted(seen)
    assert all(0 <= percent < 100 for percent in seen)


def test_progress_reads_as_a_sentence():
    assert str(Progress(name="mp4", percent=42.0, speed=1.5, eta=7.2)) == "mp4:  42.0 % at 1.50x, 7 s left"
