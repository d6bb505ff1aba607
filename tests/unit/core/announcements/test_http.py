"""An announcement counts as delivered only by an answer that has arrived."""

import asyncio

import pytest

from airflow_provider_media.core.announcements.http import post
from airflow_provider_media.core.announcements.schedule import verdict
from tests.web import Server


@pytest.mark.parametrize(
    ("head", "problem"),
    [(b"HTTP/1.1 2", "no answer within"), (b"HTTP/1.1 200 OK\r\nX-Slow: ", "no answer within")],
    ids=["status", "headers"],
)
def test_post_cut_by_its_own_time_is_not_delivered(head, problem):
    with Server() as server:
        server.answer = lambda handler: handler.drip(head)
        answer = asyncio.run(post(server.url(), body="{}", headers={}, seconds=0.5, **server.guard))
    assert problem in answer.problem
    assert verdict(answer) == "again"


def test_post_answered_with_half_a_head_is_not_delivered():
    def answer(handler):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Le")
        handler.close_connection = True

    with Server() as server:
        server.answer = answer
        answered = asyncio.run(post(server.url(), body="{}", headers={}, **server.guard))
    assert verdict(answered) == "again"


def test_post_with_received_status_is_delivered_whatever_body_does():
    with Server() as server:
        server.answer = lambda handler: handler.drip(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
        answered = asyncio.run(post(server.url(), body="{}", headers={}, **server.guard))
    assert verdict(answered) == "delivered"
