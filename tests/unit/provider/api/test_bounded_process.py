"""Work in a process of its own: its result, its bounds, and that no process is left."""

import multiprocessing
import os
import struct

import pytest

from airflow_provider_media.api import bounded_process
from airflow_provider_media.api.bounded_process import ProcessEnded, call_in_process


@pytest.fixture(autouse=True)
def no_process_is_left():
    yield
    assert multiprocessing.active_children() == []


def double(number):
    return 2 * number


def die(_):
    os._exit(1)


def loop(_):
    while True:
        pass


def take_memory(_):
    # Reading the limit's base frees some memory again, so one byte more than the limit may still be there.
    return len(bytearray(2 * bounded_process.MEMORY_BYTES))


def processor_limit(_):
    import resource

    return resource.getrlimit(resource.RLIMIT_CPU)[0]


def call(work, request=None, seconds=10):
    return call_in_process(work, request, seconds=seconds, name="tried")


def test_process_returns_result_and_keeps_niceness_of_caller():
    nice = os.nice(0)
    assert call(double, 21) == 42
    assert os.nice(0) == nice


def test_process_that_dies_ends_the_call():
    with pytest.raises(ProcessEnded, match="ended without a result"):
        call(die)


def test_process_that_dies_while_it_sends_ends_the_call():
    receiving, sending = multiprocessing.Pipe(duplex=False)
    os.write(sending.fileno(), struct.pack("!i", 100) + b"half of it")
    sending.close()
    with pytest.raises(ProcessEnded, match="ended without a result"):
        bounded_process._result(receiving)
    receiving.close()


def test_process_over_its_time_limit_is_killed():
    with pytest.raises(ProcessEnded, match=r"took more than 0\.5 seconds"):
        call(loop, seconds=0.5)


def test_process_over_its_memory_limit_names_the_limit():
    with pytest.raises(ProcessEnded, match="more than 300 MiB of memory"):
        call(take_memory)


def test_process_ends_itself_when_nobody_kills_it():
    assert call(processor_limit, seconds=10) == 15
