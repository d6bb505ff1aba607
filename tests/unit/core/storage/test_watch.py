import socket
import threading

import pytest

from airflow_provider_media.core.storage.watch import LOOKS, TransferWatch


class Stream:
    def __init__(self, connection):
        self.connection = connection

    def get_extra_info(self, name):
        return {"socket": self.connection}[name]


class Watched:
    """A connection that knows when it has been looked at for twenty windows, and when it has been ended."""

    def __init__(self, connection=None):
        self.connection, self.looks = connection, 0
        self.long_watched, self.ended = threading.Event(), threading.Event()

    def fileno(self):
        self.looks += 1
        if self.looks > 20 * LOOKS:
            self.long_watched.set()
        return self.connection.fileno() if self.connection else -1

    def shutdown(self):
        self.ended.set()


@pytest.fixture
def pair():
    ours, theirs = socket.socketpair()
    ours.settimeout(10)
    with ours, theirs:
        yield ours


def connected(connection):
    return "connection.connect_tcp.complete", {"return_value": Stream(connection)}


def test_a_reader_that_waits_for_a_silent_peer_is_woken(pair):
    with TransferWatch(seconds=10, bytes_per_second=1, window=0.05) as watch:
        watch.trace(*connected(pair))
        assert pair.recv(1) == b""
    assert "more slowly than the 1 bytes per second" in watch.verdict


def test_a_connection_made_after_the_verdict_is_ended_at_once(pair):
    earlier = Watched()
    with TransferWatch(seconds=0, bytes_per_second=0, window=1) as watch:
        watch.add(earlier)
        assert earlier.ended.wait(30)
        watch.trace(*connected(pair))
        assert pair.recv(1) == b""
    assert "took longer than the 0 seconds" in watch.verdict


def test_a_transfer_that_ends_in_time_is_left_alone(pair):
    with TransferWatch(seconds=10, bytes_per_second=1, window=10) as watch:
        watch.trace(*connected(pair))
    assert watch.verdict == ""
    assert pair.send(b"x") == 1


def test_watch_of_reader_not_taking_what_came_blames_no_server():
    ours, theirs = socket.socketpair()
    connection = Watched(ours)
    with ours, theirs, TransferWatch(seconds=60, bytes_per_second=1_000_000, window=0.02) as watch:
        theirs.send(b"a reader that is starved does not take this")
        watch.add(connection)
        assert connection.long_watched.wait(30)
        assert watch.verdict == ""
        assert ours.recv(100)
        assert connection.ended.wait(30)
        assert "more slowly" in watch.verdict


def test_watch_without_connection_measures_no_rate():
    # Between two attempts nobody waits for a server.
    closed = Watched()
    with TransferWatch(seconds=60, bytes_per_second=1_000_000, window=0.02) as watch:
        watch.add(closed)
        assert closed.long_watched.wait(30)
        assert watch.verdict == ""
