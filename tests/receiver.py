"""A receiver of webhooks on loopback that answers as its path says, and keeps what it was sent."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(kw_only=True)
class Received:
    """One request."""

    path: str
    headers: dict[str, str]
    body: str
    came: float = field(default_factory=time.time)
    """Seconds since the epoch."""

    @property
    def type(self) -> str:
        return json.loads(self.body)["type"]


@dataclass(kw_only=True)
class Receiver:
    """A running receiver: /ok, /flaky (busy at first), /gone, /hang (until it is closed) and /redirect."""

    port: int
    received: list[Received] = field(default_factory=list)
    closed: threading.Event = field(default_factory=threading.Event)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def url(self, path: str) -> str:
        return f"http://{self.address}{path}"

    def at(self, path: str) -> list[Received]:
        return [each for each in self.received if each.path.partition("?")[0] == path]

    def answer(self, path: str) -> tuple[int, dict[str, str]]:
        match path.partition("?")[0]:
            case "/flaky" if len(self.at("/flaky")) == 1:
                return 503, {"Retry-After": "1"}
            case "/gone":
                return 410, {}
            case "/redirect":
                return 302, {"Location": self.url("/ok")}
            case "/hang":
                self.closed.wait()
        return 200, {}


@contextmanager
def receiver() -> Iterator[Receiver]:
    """Run a receiver for the length of a ``with`` block."""

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            running.received.append(
                Received(
                    path=self.path, headers={name.lower(): value for name, value in self.headers.items()}, body=body
                )
            )
            status, headers = running.answer(self.path)
            try:
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(b"this must never be shown to anybody")
            except OSError:
                pass  # a sender that did not wait

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    server.daemon_threads = True
    running = Receiver(port=server.server_port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield running
    finally:
        running.closed.set()
        server.shutdown()
        server.server_close()
        thread.join()
