"""Watch that ends a transfer that is too long or too slow, whatever the transfer waits for."""

from __future__ import annotations

import select
import socket
import threading
import time
from contextlib import suppress
from typing import Any, Protocol, Self

CONNECTED = {"connection.connect_tcp.complete", "connection.start_tls.complete"}
LOOKS = 16
"""Checks of a transfer per window."""


class Connection(Protocol):
    """A connection that a transfer reads from."""

    def fileno(self) -> int:
        """Return the descriptor of its socket; negative, or an error, after it is closed."""

    def shutdown(self) -> object:
        """Wake the reading thread, which then reads an end of file."""


class TransferWatch:
    """Watch of one transfer in its own thread: timeouts of single reads do not stop a server that sends very slowly.

    A reader cannot distinguish an end made by this watch from one made by the server. The reader must check ``verdict``
    at the end; a transfer with a verdict is never complete.

    :param seconds: wall-clock seconds for the whole transfer.
    :param bytes_per_second: slowest rate, measured over ``window``.
    :param window: seconds of waiting for the server; time with received bytes that the reader has not taken does not
        count.
    """

    def __init__(self, *, seconds: float, bytes_per_second: float, window: float) -> None:
        self.received = 0
        """Bytes of the body so far; the reader updates it."""
        self.verdict = ""
        """Why the watch ended the transfer; empty if it has not."""
        self._seconds, self._rate, self.window = seconds, bytes_per_second, window
        self._connections: list[Connection] = []
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="fetch-watch", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def trace(self, event: str, info: dict[str, Any]) -> None:
        """Register the current connection; httpx's ``trace`` extension calls this method."""
        if event in CONNECTED:
            self.add(_Socket(info["return_value"].get_extra_info("socket")))

    def add(self, connection: Connection) -> None:
        """Register a connection that the transfer reads from."""
        with self._lock:
            self._connections = [each for each in self._connections if _descriptor(each) >= 0] + [connection]
            if self.verdict:
                _cut(connection)

    def _run(self) -> None:
        deadline, look = time.monotonic() + self._seconds, self.window / LOOKS
        waited, before = 0, 0
        while not self._over.wait(min(look, max(0.0, deadline - time.monotonic()))):
            if time.monotonic() >= deadline:
                self._end(f"took longer than the {self._seconds:g} seconds that are allowed")
                return
            waited += self._waits_for_server()
            if waited < LOOKS:
                continue
            if self.received - before < self._rate * self.window:
                self._end(f"arrived more slowly than the {self._rate:g} bytes per second that are asked for")
                return
            waited, before = 0, self.received

    def _waits_for_server(self) -> bool:
        """Return whether a connection is open, and no connection holds unread bytes.

        If there are unread bytes, the reader may be starved, or its disk slow.
        """
        with self._lock:
            numbers = [number for each in self._connections if (number := _descriptor(each)) >= 0]
        return bool(numbers) and not any(map(_has_unread_bytes, numbers))

    def _end(self, verdict: str) -> None:
        with self._lock:
            self.verdict = verdict
            for connection in self._connections:
                _cut(connection)


class _Socket:
    """A socket as a ``Connection``."""

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock

    def fileno(self) -> int:
        return self._socket.fileno()

    def shutdown(self) -> None:
        # Not the shutdown method of the TLS socket: after it, the reader would get the remaining bytes still encrypted.
        socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


def _descriptor(connection: Connection) -> int:
    try:
        return connection.fileno()
    except Exception:  # noqa: BLE001 - an object that another thread closes at this moment raises whatever it meets
        return -1


def _has_unread_bytes(number: int) -> bool:
    poll = select.poll()
    poll.register(number, select.POLLIN)
    return bool(poll.poll(0))


def _cut(connection: Connection) -> None:
    # Shutting down wakes a thread that reads; closing would not.
    with suppress(Exception):  # it may be closed or returned to its pool, now or earlier
        connection.shutdown()
