"""Killing whoever runs a tool ends the tool, however hard the kill."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from airflow_provider_media.core.ffmpeg.toolchain import find_toolchain
from demo.component import wait_until

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(sys.platform != "linux", reason="only Linux ties a child to its parent"),
]

PROGRAM = """
import dataclasses, signal, sys
from pathlib import Path
from airflow_provider_media.core.ffmpeg.limits import Limits
from airflow_provider_media.core.ffmpeg.runner import run
from airflow_provider_media.core.ffmpeg.toolchain import find_toolchain
from airflow_provider_media.core.plans import Command
signal.signal(signal.SIGINT, signal.default_int_handler)  # which is ignored where tests are started in the background
tools = find_toolchain()
if sys.argv[2] == "bare":
    tools = dataclasses.replace(tools, bubblewrap=None)
endless = Command(
    arguments=("-re", "-f", "lavfi", "-i", "testsrc2=size=32x32:rate=25", "-f", "null", "-"), duration=100
)
run(
    endless, directory=Path(sys.argv[1]), source=None, toolchain=tools, limits=Limits(), name="n",
    report=lambda progress: print(progress, flush=True),
)
"""


@pytest.mark.parametrize("enclosure", ["bare", "bubblewrap"])
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_no_ffmpeg_outlives_whoever_started_it(tmp_path, number, enclosure):
    if enclosure == "bubblewrap" and find_toolchain().bubblewrap is None:
        pytest.skip("bubblewrap does not work here")
    argv = [sys.executable, "-c", PROGRAM, str(tmp_path), enclosure]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as parent:
        assert parent.stdout.readline().startswith(b"n:")  # it reports progress: ffmpeg is at work
        family = descendants(parent.pid)
        assert family
        os.kill(parent.pid, number)
        parent.wait(timeout=15)
    wait_until(
        lambda: not any(alive(pid) for pid in family),
        what="The end of all that it had started",
        timeout_seconds=10,
        poll_seconds=0.02,
    )


def descendants(pid: int) -> set[int]:
    found = set()
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in map(int, (task / "children").read_text().split()):
            found |= {child} | descendants(child)
    return found


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
