"""Ends a connection that takes too long or brings too little, whatever it is waiting for at that moment."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress
from typing import Any, Self

CONNECTED = {"connection.connect_tcp.complete", "connection.start_tls.complete"}


class Watch:
    """Watches one transfer from a thread of its own, because timeouts of single reads never add up for a server that drips.

    :param seconds: wall seconds for all of it.
    :param bytes_per_second: slowest rate, measured over ``window``.
    :param window: seconds.
    """

    def __init__(self, *, seconds: float, bytes_per_second: float, window: float) -> None:
        self.received = 0
        """Bytes of the body so far; the reader keeps it current."""
        self.verdict = ""
        """Why the connection was ended; empty as long as it was not."""
        self._seconds, self._rate, self.window = seconds, bytes_per_second, window
        self._socket: socket.socket | None = None
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="fetch-watch", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def trace(self, event: str, info: dict[str, Any]) -> None:
        """Take note of the connection in use: httpx's ``trace`` extension calls this."""
        if event in CONNECTED:
            self._socket = info["return_value"].get_extra_info("socket")
            if self.verdict:
                self._cut()

    def _run(self) -> None:
        deadline, before = time.monotonic() + self._seconds, 0
        while not self._over.wait(min(self.window, max(0.0, deadline - time.monotonic()))):
            if time.monotonic() >= deadline:
                self.verdict = f"took longer than the {self._seconds:g} seconds that are allowed"
            elif self.received - before < self._rate * self.window:
                self.verdict = f"arrived more slowly than the {self._rate:g} bytes per second that are asked for"
            before = self.received
            if self.verdict:
                self._cut()
                return

    def _cut(self) -> None:
        # Shutting down wakes a thread that reads; closing would not.
        if self._socket is not None:
            with suppress(OSError):  # closed already
                self._socket.shutdown(socket.SHUT_RDWR)
