"""Task tokens name their task and cannot be made without the secret."""

import base64
import json

import pytest

from airflow_provider_media.core.statelang.errors import TaskTokenInvalid
from airflow_provider_media.core.statelang.tokens import WaitingTask, digest_of, task_of, token_of

TASK = WaitingTask(
    dag_id="state_machine_review",
    run_id="manual__2026-11-26T10:00:00+00:00",
    task_id="Ask.each.Wait",
    map_index=3,
    attempt=2,
)


def test_a_token_names_its_task():
    assert task_of(token_of(TASK, "s"), "s") == TASK


def test_the_longest_ids_make_a_token_that_the_api_takes():
    longest = WaitingTask(dag_id="d" * 250, run_id="r" * 250, task_id="t" * 250, map_index=1023, attempt=10**6)
    assert len(token_of(longest, "s")) <= 2048


def test_another_secret_makes_another_token():
    with pytest.raises(TaskTokenInvalid):
        task_of(token_of(TASK, "s"), "other")


def test_a_token_for_another_task_cannot_be_made_of_one():
    name, signature = token_of(TASK, "s").split(".")
    other = json.loads(base64.urlsafe_b64decode(name + "=="))
    other[2] = "Publish"
    forged = base64.urlsafe_b64encode(json.dumps(other, separators=(",", ":")).encode()).decode().rstrip("=")
    with pytest.raises(TaskTokenInvalid):
        task_of(f"{forged}.{signature}", "s")


@pytest.mark.parametrize("text", ["", ".", "a", "a.b", "a.b.c", "é.é", "W10.", "====.===="])
def test_what_is_no_token_is_refused(text):
    with pytest.raises(TaskTokenInvalid):
        task_of(text, "s")


def test_a_digest_tells_tokens_apart_and_nothing_else():
    token = token_of(TASK, "s")
    assert digest_of(token) != digest_of(token + "x")
    assert token not in digest_of(token)
