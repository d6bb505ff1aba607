"""A web server on loopback whose answers a test decides byte by byte."""

import socket
import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from airflow_provider_media.core.storage.https import FetchLimits

QUICK = FetchLimits(attempts=3, pause_seconds=0, rate_seconds=20, fetch_bytes_per_second=0)
"""No pauses, and patience for a server that a loaded machine does not let answer at once."""


class Handler(BaseHTTPRequestHandler):
    """Passes each request on to the ``Server`` that it belongs to."""

    protocol_version = "HTTP/1.1"

    def setup(self):
        super().setup()
        self.server.owner.connections.append(self.connection)

    def handle(self):
        with suppress(ConnectionError):  # clients hang up on purpose here
            super().handle()

    def do_GET(self):
        self.server.owner.requests.append(dict(self.headers) | {"path": self.path})
        with suppress(BrokenPipeError, ConnectionResetError):
            self.server.owner.answer(self)

    def do_POST(self):
        self.do_GET()

    def do_PUT(self):
        self.do_GET()

    def do_DELETE(self):
        self.do_GET()

    def do_HEAD(self):
        self.server.owner.heads += 1
        self.server.owner.answer(self)

    def send(self, status, body=b"", **headers):
        """Answer at once."""
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def drip(self, head, drop=b"x"):
        """Send a head, then a drop every now and then until the server ends."""
        self.wfile.write(head)
        while not self.server.owner.over.wait(0.02):
            self.wfile.write(drop)

    def log_message(self, *_):
        pass


class Server:
    """A real server on loopback that answers as the test says and remembers what it was asked."""

    def __init__(self, context=None):
        self.requests = []
        self.heads = 0
        self.connections = []
        self.names = []
        self.answer = lambda handler: None
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.owner = self
        self.http.daemon_threads = False
        if context:
            context.sni_callback = lambda _socket, name, _context: self.names.append(name)
            self.http.socket = context.wrap_socket(self.http.socket, server_side=True)
        self.over = threading.Event()
        self.port = self.http.server_port
        self.thread = threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.01})

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.http.shutdown()
        for connection in self.connections:  # those that a client keeps for its next request
            with suppress(OSError):
                socket.socket.shutdown(connection, socket.SHUT_RDWR)
        self.http.server_close()
        self.thread.join()

    def url(self, path="/clip.mp4"):
        return f"http://media.test:{self.port}{path}"

    @property
    def guard(self):
        """What lets clients call this server by its name."""
        return {"allow": frozenset({f"media.test:{self.port}"}), "resolver": lambda *_: ["127.0.0.1"]}

    @property
    def options(self):
        """The same, with limits that suit tests."""
        return self.guard | {"limits": QUICK}
