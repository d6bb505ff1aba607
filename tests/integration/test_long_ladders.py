"""Ladders of films of two and twelve hours through all stages of a job: what they take, and that it grows with their
length only.
"""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from airflow_provider_media.core.packaging.manifests import parse_media_playlist, parse_mpd
from tests.measured import Measured, measured_job
from tests.media import make

pytestmark = [pytest.mark.integration, pytest.mark.long, pytest.mark.timeout(900)]

WORKFLOW = """
name: long
output: {{path: "{{output}}.{{format}}"}}
outputs:
  stream:
    kind: ladder
    path: stream
    codec: {codec}
    speed: fastest
    segment_seconds: {segment}
    renditions: [{{short_side: 90, max_bitrate: 100000}}]
"""
RUNG = "18p"
"""A source below the smallest rung gets one of its own size."""
GROWTH = 6
"""Twelve hours to two."""
MOST_MIB = 400

Job = Callable[..., tuple[Measured, Path]]


def film(path: Path, hours: int, *, sound: bool) -> Path:
    """One tiny frame per second, and five seconds of sound at most: what costs is the number of segments, not what they
    show.
    """
    picture = ("-f", "lavfi", "-i", "testsrc2=size=32x18:rate=1:duration=3600")
    hour = make(
        path.with_name("hour.mp4"),
        *picture,
        "-c:v",
        "libx264",
        "-preset",
        "ultrafast",
        "-g",
        "60",
        "-pix_fmt",
        "yuv420p",
    )
    tone = ("-f", "lavfi", "-i", "sine=sample_rate=48000:duration=5", "-c:a", "aac") if sound else ()
    return make(path, "-stream_loop", str(hours - 1), "-i", str(hour), *tone, "-c:v", "copy")


@pytest.fixture(scope="module")
def job(tmp_path_factory) -> Job:
    """Runs the job of a length in hours, a codec and a segment in seconds, once."""

    @cache
    def run(hours: int, codec: str, segment: int, *, sound: bool = False) -> tuple[Measured, Path]:
        folder = tmp_path_factory.mktemp(f"{hours}h-{codec}-{segment}s")
        (folder / "long.yaml").write_text(WORKFLOW.format(codec=codec, segment=segment))
        source = film(folder / "film.mp4", hours, sound=sound)
        taken = measured_job(folder / "long.yaml", source, folder / "out")
        print(f"\n{hours} h {codec} in segments of {segment} s: {taken.report()}")
        return taken, folder / "out" / "stream"

    return run


def require_whole(stream: Path, hours: int, segment: int) -> None:
    """Playlist and manifest name every second, and every segment that they name is there."""
    count = hours * 3600 // segment
    playlist = parse_media_playlist("p", (stream / RUNG / "playlist.m3u8").read_text())
    assert playlist.whole
    assert sum(one.duration for one in playlist.segments) == pytest.approx(hours * 3600)
    assert [one.uri for one in playlist.segments] == [f"{number + 1:05d}.m4s" for number in range(count)]
    assert sorted(path.name for path in (stream / RUNG).glob("*.m4s")) == [one.uri for one in playlist.segments]
    dash = parse_mpd("m", (stream / "manifest.mpd").read_text())
    assert dash.duration == pytest.approx(hours * 3600)
    assert len(dash.representations[0].segments) == count


@pytest.mark.parametrize(
    ("hours", "codec", "segment", "sound"),
    [
        (2, "h264", 1, False),
        (2, "h264", 4, True),
        (2, "h265", 1, False),
        (2, "h265", 4, False),
        (12, "h264", 1, False),
        (12, "h265", 4, False),
    ],
)
def test_ladder_of_hours_published_whole_in_little_memory(job, hours, codec, segment, sound):
    taken, stream = job(hours, codec, segment, sound=True) if sound else job(hours, codec, segment)
    require_whole(stream, hours, segment)
    assert taken.python_mib < MOST_MIB
    assert taken.tools_mib < MOST_MIB


@pytest.mark.parametrize(("codec", "segment"), [("h264", 1), ("h265", 4)])
def test_ladder_six_times_as_long_takes_six_times_the_work(job, codec, segment):
    (short, _), (long, _) = job(2, codec, segment), job(12, codec, segment)
    for stage in ("probe", "encode", "package", "publish"):
        few, many = short.stages[stage], long.stages[stage]
        for tool, count in many.runs.items():
            assert count <= GROWTH * few.runs[tool] + 1, (stage, tool)
        # Twice as much for caches that a longer film outgrows and for other processes; quadratic work would be 36 times
        # as much.
        assert many.python + many.tools <= 2 * GROWTH * (few.python + few.tools) + 1.0, stage
    assert long.python_mib <= GROWTH * short.python_mib
    assert long.scratch_mib <= GROWTH * short.scratch_mib + 1
