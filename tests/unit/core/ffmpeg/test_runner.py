"""Running commands with the real ffmpeg: progress, limits, cancellation, and that nothing is left behind."""

import dataclasses
import itertools
import os
import threading
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from airflow_provider_media.core.errors import MediaError
from airflow_provider_media.core.ffmpeg import limits, process, runner
from airflow_provider_media.core.ffmpeg.errors import Cancelled, EncodeStalled, ResourceExhausted
from airflow_provider_media.core.ffmpeg.limits import Limits
from airflow_provider_media.core.ffmpeg.sandbox import INPUT_GUARDS
from airflow_provider_media.core.ffmpeg.toolchain import find_toolchain
from airflow_provider_media.core.media.errors import SourceError
from airflow_provider_media.core.plans import Command
from tests import media

SMALL = ("-threads", "1", "-c:v", "libx264", "-preset", "ultrafast")
ENDLESS = ("-re", "-f", "lavfi", "-i", "testsrc2=size=32x32:rate=25", "-f", "null", "-")


@pytest.fixture(params=["bubblewrap", "bare"])
def toolchain(request):
    """Both ways of enclosing, where this machine knows both."""
    tools = find_toolchain()
    if request.param == "bubblewrap" and tools.bubblewrap is None:
        pytest.skip("bubblewrap does not work here")
    return dataclasses.replace(tools, bubblewrap=tools.bubblewrap if request.param == "bubblewrap" else None)


@pytest.fixture
def source(tmp_path):
    return media.clip(tmp_path / "in" / "a:film, 100%.mp4")


@pytest.fixture
def place(tmp_path):
    path = tmp_path / "work"
    path.mkdir()
    return path


def run(arguments, place, toolchain, *, source=None, limits=None, duration=1.0, **options):
    command = Command(arguments=tuple(arguments), duration=duration)
    return runner.run(
        command, directory=place, source=source, toolchain=toolchain, limits=limits or Limits(), name="720p", **options
    )


def test_a_command_makes_its_output_and_tells_what_it_cost(place, source, toolchain, monkeypatch):
    readings, reports = itertools.count(step=7), []
    monkeypatch.setattr(process, "time", SimpleNamespace(monotonic=lambda: next(readings), sleep=time.sleep))
    done = run(
        [*INPUT_GUARDS, "-i", "file:source", *SMALL, "out.mp4"], place, toolchain, source=source, report=reports.append
    )
    assert (place / "out.mp4").stat().st_size > 0
    assert done.seconds == 7  # between the reading of the clock before it and the one after it
    assert done.cpu_seconds > 0.01  # of ffmpeg itself, not of what stands around it
    assert reports[-1].percent == 100.0
    assert str(reports[-1]).startswith("720p")


def test_sandbox_prevents_tool_changing_source_and_leaves_directory_clean(place, source, toolchain):
    if toolchain.bubblewrap is None:
        pytest.skip("only a sandbox can promise it")
    before = source.read_bytes()
    with pytest.raises(MediaError):
        run([*INPUT_GUARDS, "-i", "file:source", "-c", "copy", "-f", "mp4", "source"], place, toolchain, source=source)
    assert source.read_bytes() == before
    assert list(place.iterdir()) == []


def test_it_works_in_any_thread(place, source, toolchain):
    made = []
    arguments = [*INPUT_GUARDS, "-i", "file:source", *SMALL, "out.mp4"]
    thread = threading.Thread(target=lambda: made.append(run(arguments, place, toolchain, source=source)))
    thread.start()
    thread.join()
    assert made


def test_no_secret_of_ours_reaches_the_tool(place, toolchain, monkeypatch, tmp_path):
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "canary")
    spy = tmp_path / "spy"
    spy.write_text("#!/bin/sh\nenv >&2\nexit 3\n")
    spy.chmod(0o755)
    tools = dataclasses.replace(toolchain, ffmpeg=spy, bubblewrap=None)
    with pytest.raises(MediaError) as caught:
        run([], place, tools)
    assert "canary" not in str(caught.value)
    assert "LC_ALL" in str(caught.value.message) or caught.value.detail


def test_a_cancelled_command_ends_with_all_that_it_started(place, toolchain):
    asked = []
    before = children()

    def cancelled():
        asked.append(1)
        return len(asked) > 1

    with pytest.raises(Cancelled, match="720p was cancelled"):
        run(ENDLESS, place, toolchain, cancelled=cancelled)
    assert children() == before


def test_a_wrapper_around_ffmpeg_does_not_let_it_escape(place, toolchain, tmp_path):
    pid = tmp_path / "pid"
    wrapper = tmp_path / "wrapper"
    wrapper.write_text(f'#!/bin/sh\ntrap "" INT TERM\n{toolchain.ffmpeg} "$@" &\necho $! > {pid}\nwait\nwait\n')
    wrapper.chmod(0o755)
    tools = dataclasses.replace(toolchain, ffmpeg=wrapper, bubblewrap=None)
    with pytest.raises(Cancelled):
        run(ENDLESS, place, tools, cancelled=pid.exists)
    assert not alive(int(pid.read_text()))


def test_a_command_that_stands_still_is_stopped(place, toolchain, monkeypatch):
    # ffmpeg that sleeps heeds no polite signal: the seconds between them are not what is tested.
    monkeypatch.setattr(process, "_GRACE", tuple((number, 0.2) for number, _ in process._GRACE))
    still = ("-re", "-f", "lavfi", "-i", "testsrc2=size=32x32:rate=0.01", "-f", "null", "-")
    with pytest.raises(EncodeStalled, match="no progress"):
        run(still, place, toolchain, limits=Limits(stall_seconds=0.6))


def test_run_endless_command_is_stopped_by_cpu_time_limit(place, toolchain, monkeypatch):
    monkeypatch.setattr(limits, "BASE_CPU_SECONDS", 1)
    endless = ("-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25", "-f", "null", "-")
    with pytest.raises(ResourceExhausted, match=r"720p: ffmpeg was stopped after [12] s of processor time"):
        run(endless, place, toolchain, duration=0)


def test_an_output_that_grows_too_large_is_stopped(place, toolchain):
    raw = ("-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25", "-c:v", "rawvideo", "out.nut")
    with pytest.raises(ResourceExhausted, match="allowed size"):
        run(raw, place, toolchain, limits=Limits(output_bytes=1_000_000))
    assert (place / "out.nut").stat().st_size <= 1_000_000


def test_run_applies_limits_of_worker_to_command_planned_with_others(place, source, toolchain):
    planned = [*INPUT_GUARDS, "-i", "file:source", "-frames:v", "1", "-f", "null", "-"]
    run(planned, place, toolchain, source=source, limits=Limits(pixels=320 * 180))
    with pytest.raises(SourceError) as refused:
        run(planned, place, toolchain, source=source, limits=Limits(pixels=80 * 45))
    assert refused.value.code == "source_too_large"


def test_run_filter_graph_longer_than_an_argument_runs(place, toolchain):
    graph = f"color=size=32x32:rate=5:duration=1,metadata=mode=add:key=k:value={'x' * 200_000}[picture]"
    run(["-filter_complex", graph, "-map", "[picture]", *SMALL, "out.mp4"], place, toolchain)
    assert (place / "out.mp4").stat().st_size > 0


def test_a_failing_command_is_diagnosed(place, toolchain, tmp_path):
    with pytest.raises(MediaError) as caught:
        run(
            [*INPUT_GUARDS, "-i", "file:source", "out.mp4"],
            place,
            toolchain,
            source=media.text_file(tmp_path / "text.mp4"),
        )
    assert caught.value.code == "source_not_media"


def test_a_playlist_is_not_followed_to_its_neighbours(place, toolchain, tmp_path):
    media.clip(place / "secret.mp4")
    arguments = [*INPUT_GUARDS, "-i", "file:source", "-c", "copy", "out.mp4"]
    with pytest.raises(SourceError):
        run(arguments, place, toolchain, source=media.playlist(tmp_path / "list.mp4", kind="ffconcat"))
    assert not (place / "out.mp4").exists()


def test_the_packager_runs_too_and_reports_its_end(place, toolchain, source):
    command = Command(
        tool="packager", arguments=("in=source,stream=video,output=v.mp4", "--mpd_output", "x.mpd"), duration=1
    )
    reports = []
    runner.run(
        command, directory=place, source=source, toolchain=toolchain, limits=Limits(), name="hls", report=reports.append
    )
    assert (place / "x.mpd").exists()
    assert [report.percent for report in reports] == [100.0]


def children() -> set[int]:
    tasks = Path(f"/proc/{os.getpid()}/task").iterdir()
    return {int(pid) for task in tasks for pid in (task / "children").read_text().split()}


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False
