import socket
import threading
from pathlib import Path

import pytest

from demo import stack as stack_module
from demo.component import StackError
from demo.stack import ATTEMPTS, Stack


@pytest.fixture
def slow_server(monkeypatch):
    """An address that answers the questions after the first ones, of which it keeps count."""
    monkeypatch.setattr(stack_module, "REQUEST_SECONDS", 0.2)
    server = socket.create_server(("127.0.0.1", 0))
    asked, held = [], []

    def serve(silent):
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            asked.append(connection.recv(4096).split(b" ")[0].decode())
            if len(asked) <= silent:
                held.append(connection)
                continue
            connection.sendall(
                b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n{}"
            )
            connection.close()

    def start(silent):
        threading.Thread(target=serve, args=(silent,), daemon=True).start()
        address = f"http://127.0.0.1:{server.getsockname()[1]}"
        return Stack(airflow_url=address, s3_endpoint="", environment={}, home=Path()), asked

    yield start
    server.shutdown(socket.SHUT_RDWR)
    server.close()
    for connection in held:
        connection.close()


def test_request_without_answer_in_time_is_sent_again(slow_server):
    stack, asked = slow_server(silent=ATTEMPTS - 1)
    assert stack.request("GET", "dags") == (200, {})
    assert asked == ["GET"] * ATTEMPTS


def test_a_server_that_never_answers_is_one_line_for_people(slow_server):
    stack, _ = slow_server(silent=99)
    with pytest.raises(StackError, match="Airflow has not answered GET dags within"):
        stack.request("GET", "dags")


def test_an_order_is_given_once(slow_server):
    stack, asked = slow_server(silent=99)
    with pytest.raises(StackError):
        stack.request("POST", "dags/media_vod/dagRuns", {})
    assert asked == ["POST"]
