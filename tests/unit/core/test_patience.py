import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from airflow_provider_media.core.patience import within


@pytest.fixture
def pipe():
    reader, writer = os.pipe()
    yield reader, writer
    os.close(writer)
    os.close(reader)


def test_within_gives_the_answer_of_the_call():
    assert within(30, lambda: 7) == 7


def test_within_passes_on_the_error_of_the_call():
    with pytest.raises(FileNotFoundError):
        within(30, Path("/none").stat)


def test_within_leaves_a_call_that_never_comes_back(pipe):
    reader, writer = pipe
    with pytest.raises(TimeoutError, match=r"did not answer for 0\.2 s"):
        within(0.2, lambda: os.read(reader, 1))
    os.write(writer, b"x")  # lets its thread end


def test_within_after_a_timeout_answers_the_next_call(pipe):
    reader, writer = pipe
    with pytest.raises(TimeoutError):
        within(0.05, lambda: os.read(reader, 1))
    assert within(30, lambda: 7) == 7
    os.write(writer, b"x")


FORK = """
import os
from airflow_provider_media.core.patience import within
within(30, os.getpid)  # leaves an idle thread, which the child does not have
child = os.fork()
if child == 0:
    os._exit(within(30, lambda: 7))
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


def test_within_in_a_forked_process_answers():
    ended = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", FORK], capture_output=True, text=True, timeout=60, check=True
    )
    assert ended.stdout == "7\n"


def test_within_of_many_calls_reuses_its_thread():
    threads = {within(30, threading.get_ident) for _ in range(50)}
    assert len(threads) == 1
