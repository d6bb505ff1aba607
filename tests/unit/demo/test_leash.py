import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from demo.component import LEASH, Component, StackError, start, stop_all, wait_until

# A command with a child that left the process group, as Airflow's task processes do; both tell their ids and ignore
# SIGTERM where asked.
FAMILY = """
import os, signal, sys, time
child = os.fork()
if child == 0:
    os.setpgid(0, 0)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    print(os.getpid(), flush=True)
else:
    print(os.getpid(), flush=True)
time.sleep(60)
"""


def alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.fixture
def family(tmp_path: Path) -> Iterator[Component]:
    component = start(
        "family", [sys.executable, "-c", FAMILY], environment=os.environ, logs=tmp_path, directory=tmp_path
    )
    wait_until(lambda: len(component.tail().split()) == 2, what="Starting", timeout_seconds=10, components=[component])
    yield component
    stop_all([component])


def test_stop_all_ends_descendant_outside_group_that_ignores_sigterm(family: Component) -> None:
    pids = [int(word) for word in family.tail().split()]
    assert all(map(alive, pids))
    stop_all([family])
    assert not any(map(alive, pids))


def test_descendants_end_when_the_command_itself_is_killed(family: Component) -> None:
    pids = [int(word) for word in family.tail().split()]
    os.kill(family.pid(), signal.SIGKILL)
    family.process.wait(10)
    assert not any(map(alive, pids))


def test_the_command_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    pidfile = tmp_path / "pid"
    command = f"import os, time; open({str(pidfile)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    keeper = f"""
import subprocess, sys, time
words = [sys.executable, {str(LEASH)!r}, sys.executable, '-c', {command!r}]
leash = subprocess.Popen(words, stdin=subprocess.PIPE, start_new_session=True)
time.sleep(60)
"""
    parent = subprocess.Popen([sys.executable, "-c", keeper])
    wait_until(
        lambda: pidfile.exists() and bool(pidfile.read_text()), what="Starting", timeout_seconds=10, components=[]
    )
    pid = int(pidfile.read_text())
    parent.kill()
    parent.wait()
    wait_until(lambda: not alive(pid), what="Ending", timeout_seconds=10, components=[])
    assert not alive(pid)


def test_the_leash_passes_the_exit_code_on(tmp_path: Path) -> None:
    component = start(
        "brief",
        [sys.executable, "-c", "raise SystemExit(7)"],
        environment=os.environ,
        logs=tmp_path,
        directory=tmp_path,
    )
    code = component.process.wait(10)
    stop_all([component])
    assert code == 7


def test_wait_until_dead_component_reported_at_once_with_log_end(tmp_path: Path) -> None:
    program = "import sys; print('the port is taken'); sys.exit(3)"
    component = start(
        "server", [sys.executable, "-c", program], environment=os.environ, logs=tmp_path, directory=tmp_path
    )
    with pytest.raises(StackError, match=r"(?s)server has ended with exit code 3.*the port is taken"):
        wait_until(lambda: False, what="Starting", timeout_seconds=10, components=[component])
    stop_all([component])


def test_waiting_longer_than_allowed_says_for_what() -> None:
    with pytest.raises(StackError, match="Starting Airflow took longer than 0 s"):
        wait_until(lambda: False, what="Starting Airflow", timeout_seconds=0, components=[])
