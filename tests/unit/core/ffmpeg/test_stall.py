"""A tool that hangs is ended; one that the machine does not let work is not, however long it takes."""

import dataclasses
import os
import shutil
import signal
import subprocess
import sys
from contextlib import contextmanager, suppress

import psutil
import pytest

from airflow_provider_media.core.ffmpeg import process, runner, stall
from airflow_provider_media.core.ffmpeg.errors import EncodeStalled
from airflow_provider_media.core.ffmpeg.limits import Limits
from airflow_provider_media.core.ffmpeg.sandbox import INPUT_GUARDS
from airflow_provider_media.core.ffmpeg.toolchain import find_toolchain
from airflow_provider_media.core.plans import Command
from tests import media

QUICK = Limits(stall_seconds=0.5)
ENCODE = (*INPUT_GUARDS, "-i", "file:source", "-threads", "1", "-c:v", "libx264", "-preset", "ultrafast", "out.mp4")
STILL = ("-re", "-f", "lavfi", "-i", "testsrc2=size=32x32:rate=0.01", "-f", "null", "-")
SLEEPING = {
    "silent": "exec sleep 1000",
    "without pipes": "exec >&- 2>&-\nsleep 1000",
    "below a wrapper": "sleep 1000 & wait",
}


@pytest.fixture(autouse=True)
def impatience(monkeypatch):
    # What sleeps heeds no polite signal: the seconds between them are not what is tested.
    monkeypatch.setattr(process, "_GRACE", tuple((number, 0.2) for number, _ in process._GRACE))


@pytest.fixture
def tools():
    """The enclosure that this machine offers."""
    return find_toolchain()


@pytest.fixture
def place(tmp_path):
    path = tmp_path / "work"
    path.mkdir()
    return path


@pytest.fixture
def core():
    """A processor that tests may keep busy."""
    if not (shutil.which("taskset") and shutil.which("nice")):
        pytest.skip("needs taskset and nice")
    return min(os.sched_getaffinity(0))


@contextmanager
def kept_busy(core, hogs=1):
    argv = ["taskset", "-c", str(core), "sh", "-c", "echo; while :; do :; done"]
    started = [subprocess.Popen(argv, stdout=subprocess.PIPE) for _ in range(hogs)]
    try:
        for hog in started:
            hog.stdout.readline()
        yield
    finally:
        for hog in started:
            hog.kill()
            hog.communicate()


def run(arguments, place, tools, *, source=None, limits=QUICK, tool="ffmpeg", **options):
    command = Command(tool=tool, arguments=tuple(arguments), duration=1)
    return runner.run(command, directory=place, source=source, toolchain=tools, limits=limits, name="720p", **options)


def wrapped(tools, folder, script):
    """Tools that are this shell script, which only works without a sandbox."""
    path = folder / "wrapper"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return dataclasses.replace(tools, ffmpeg=path, packager=path, bubblewrap=None)


def ffmpegs():
    """Every ffmpeg that this process has started, inside a sandbox or not."""
    found = []
    for each in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            found += [each] if each.name().startswith("ffmpeg") else []
    return found


def send(number, processes):
    for each in processes:
        each.send_signal(number)


@pytest.mark.parametrize("script", SLEEPING.values(), ids=SLEEPING)
@pytest.mark.parametrize("tool", ["ffmpeg", "packager"])
def test_tool_that_sleeps_is_ended(place, tools, tmp_path, tool, script):
    with pytest.raises(EncodeStalled, match=rf"720p: {tool} made no progress for 0\.5 s"):
        run((), place, wrapped(tools, tmp_path, script), tool=tool)


def test_tool_that_sleeps_on_a_busy_machine_is_ended(place, tools, tmp_path, core):
    crowded = wrapped(tools, tmp_path, f'exec taskset -c {core} {tools.ffmpeg} "$@"')
    with kept_busy(core, hogs=3), pytest.raises(EncodeStalled, match="no progress"):
        run(STILL, place, crowded)


def test_tool_that_works_for_ever_without_a_result_is_ended(place, tools, monkeypatch):
    monkeypatch.setattr(stall, "_BUSY_FACTOR", 0.5)
    nothing = ("-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25,select=0", "-f", "null", "-")
    with pytest.raises(EncodeStalled, match=r"720p: ffmpeg made no progress in \d s of processor time"):
        run(nothing, place, tools, limits=Limits(stall_seconds=2))


def test_tool_stopped_from_outside_for_long_is_not_ended(place, tools, tmp_path):
    stopped, calls = [], 0

    def stop_for_a_while():
        # Called twice a second: what is stopped for six calls stands still for six times as long as it may.
        nonlocal calls
        calls += bool(stopped)
        if not stopped:
            stopped.extend(ffmpegs())
            send(signal.SIGSTOP, stopped)
        elif calls == 6:
            send(signal.SIGCONT, stopped)
        return False

    source = media.clip(tmp_path / "in.mp4", seconds=2)
    run(("-re", *ENCODE), place, tools, source=source, cancelled=stop_for_a_while)
    assert calls > 6
    assert (place / "out.mp4").stat().st_size > 0


def test_tool_that_is_starved_of_the_processor_is_not_ended(place, tools, tmp_path, core):
    if os.nice(0) > 0:
        pytest.skip("what yields to others itself cannot starve them")
    # It gets one hundredth of one processor, and less where others work there, too.
    starved = wrapped(tools, tmp_path, f'exec taskset -c {core} nice -n 19 {tools.ffmpeg} "$@"')
    looks = []
    with kept_busy(core):
        run(
            ENCODE,
            place,
            starved,
            source=media.clip(tmp_path / "in.mp4", seconds=2),
            cancelled=lambda: looks.append(True),
        )
    # There are two looks a second at most: it took twice as long as it may do nothing.
    assert len(looks) > 2
    assert (place / "out.mp4").stat().st_size > 0


def test_activity_of_a_process_counts_all_that_it_has_started():
    script = "x = sum(range(10**7)); open('/dev/null', 'wb').write(bytes(12345)); print(flush=True); input()"
    with subprocess.Popen(
        ["sh", "-c", '"$@"; true', "sh", sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as shell:
        shell.stdout.readline()
        activity = stall.activity_of(shell.pid)
        shell.stdin.close()
    assert len(activity.cpu) == 2
    assert sum(activity.cpu.values()) > 0
    assert activity.moved > 12345


def test_activity_of_a_process_that_has_ended_is_none():
    with subprocess.Popen(["true"]) as ended:
        ended.wait()
    assert stall.activity_of(ended.pid) == stall.Activity()
