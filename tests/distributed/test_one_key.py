"""Clients that send one request at one moment."""

from collections import Counter

import pytest

from demo.stack import Stack
from tests.distributed.crowd import crowd, submission

pytestmark = [pytest.mark.distributed, pytest.mark.timeout(600)]


def test_ten_submissions_at_once_with_one_key_are_one_job(stack: Stack, headers: dict[str, str]) -> None:
    asked = [submission("one", 1, idempotency_key="one")] * 10
    answers = crowd(stack.airflow_url, headers, asked, clients=10)
    assert Counter((answer.status, answer.body["created"]) for answer in answers) == {(201, True): 1, (200, False): 9}
    assert len({answer.body["id"] for answer in answers}) == 1
    (other,) = crowd(stack.airflow_url, headers, [submission("one", 2, idempotency_key="one")], clients=1)
    assert (other.status, other.body["error"]["code"]) == (409, "idempotency_conflict")
    assert [job["id"] for job in stack.api("GET", "/media/v1/accounts/one/jobs")["jobs"]] == [answers[0].body["id"]]
