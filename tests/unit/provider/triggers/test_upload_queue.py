"""Waiting for messages, without deleting them and without blocking anybody."""

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from airflow_provider_media.core.accounts.accounts import Account
from airflow_provider_media.core.serde import to_json
from airflow_provider_media.core.uploads.queue_messages import Message
from airflow_provider_media.hooks.errors import QueueUnreadable
from airflow_provider_media.triggers import upload_queue
from airflow_provider_media.triggers.upload_queue import UploadQueueTrigger, room_of

LANE = {"account": to_json(Account()), "priority": "normal", "workflows": 1}


class Queue:
    """Messages that come, and how they were asked for."""

    def __init__(self):
        self.messages, self.asked, self.troubles, self.room = [], [], 0, 99

    def receive(self, *, most, wait_seconds):
        self.asked.append(most)
        if self.troubles:
            self.troubles -= 1
            raise QueueUnreadable("the queue is not there")
        return [self.messages.pop() for _ in range(min(most, len(self.messages)))]


@pytest.fixture
def queue(monkeypatch):
    one = Queue()
    monkeypatch.setattr(upload_queue, "UploadQueue", lambda url, connection: one)
    monkeypatch.setattr(upload_queue, "room", lambda account, priority: one.room)
    monkeypatch.setattr(upload_queue, "TROUBLED_SECONDS", 0.01)
    monkeypatch.setattr(upload_queue, "FULL_SECONDS", 0.01)
    return one


def trigger(seconds=30.0):
    return UploadQueueTrigger(
        url="https://sqs/1/q", connection="aws_default", lanes=[LANE], until=time.time() + seconds
    )


def event(waiting):
    return asyncio.run(asyncio.wait_for(anext(waiting.run()), 10)).payload


def message(number):
    return Message(id=str(number), receipt=f"r{number}", body="{}")


def test_messages_are_handed_on_as_they_are(queue):
    queue.messages = [message(1)]
    assert event(trigger()) == [{"id": "1", "receipt": "r1", "body": "{}"}]


def test_no_more_are_received_than_there_is_room_for(queue):
    queue.messages, queue.room = [message(number) for number in range(5)], 3
    assert len(event(trigger())) == 3


def test_nothing_is_received_while_the_ingest_queue_is_full(queue):
    queue.messages, queue.room = [message(1)], 0
    assert event(trigger(0.1)) == []
    assert queue.asked == []


def test_a_queue_that_cannot_be_read_is_asked_again(queue):
    queue.messages, queue.troubles = [message(1)], 3
    assert [each["id"] for each in event(trigger())] == ["1"]


def test_with_nothing_to_do_it_ends_after_its_time(queue):
    assert event(trigger(0.05)) == []


def test_a_long_poll_blocks_neither_the_loop_nor_its_threads(queue, monkeypatch):
    release = threading.Event()

    def patient(*, most, wait_seconds):
        assert release.wait(10)
        return [message(1)]

    queue.receive = patient

    async def others():
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(1))
        waiting = asyncio.create_task(anext(trigger().run()))
        for _ in range(100):
            await asyncio.to_thread(int)
        release.set()
        return (await waiting).payload

    assert asyncio.run(asyncio.wait_for(others(), 10)) == [{"id": "1", "receipt": "r1", "body": "{}"}]


def test_room_is_shared_by_workflows_one_message_may_submit_to(monkeypatch):
    left = {"normal": 5, "low": 8}
    monkeypatch.setattr(upload_queue, "room", lambda account, priority: left[priority])
    low = {**LANE, "priority": "low", "workflows": 4}
    assert (room_of([]), room_of([LANE]), room_of([LANE, low])) == (10, 5, 2)
    left["low"] = 1
    assert room_of([low]) == 1
    left["low"] = 0
    assert room_of([low]) == 0


def test_the_triggerer_can_make_it_again():
    original = trigger()
    path, arguments = original.serialize()
    assert path == "airflow_provider_media.triggers.upload_queue.UploadQueueTrigger"
    assert UploadQueueTrigger(**arguments).serialize() == original.serialize()
