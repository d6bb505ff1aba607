"""Tasks of state machines that wait are answered by those who may trigger their DAG."""

import pytest

from airflow_provider_media.api.machine_examples import TASK_FAILURE, TASK_HEARTBEAT, TASK_SUCCESS

ADDRESSES = {
    "success": {"token": "token", "output": 1},
    "failure": {"token": "token", "error": "E"},
    "heartbeat": {"token": "token"},
}


def tell(client, what, body, user="ann"):
    return client.post(f"/v1/task-tokens/{what}", json=body, headers={"Authorization": f"Bearer {user}"})


def code(answer):
    return answer.status_code, answer.json()["error"]["code"]


@pytest.mark.parametrize(
    ("what", "examples"), [("success", TASK_SUCCESS), ("failure", TASK_FAILURE), ("heartbeat", TASK_HEARTBEAT)]
)
def test_each_documented_answer_is_given(client, backend, what, examples):
    for example in examples.values():
        answer = tell(client, what, {**example["value"], "token": "token"})
        assert (answer.status_code, answer.json()) == (200, {"dag_id": "state_machine_review"})
    assert len(backend.answers) == len(examples)


@pytest.mark.parametrize("output", [None, 0, "", [], {"approved": True}])
def test_a_result_may_be_any_json(client, backend, output):
    assert tell(client, "success", {"token": "token", "output": output}).status_code == 200
    assert backend.answers == [("token", {"output": output})]


def test_a_failure_needs_neither_name_nor_cause(client, backend):
    assert tell(client, "failure", {"token": "token"}).status_code == 200
    assert backend.answers == [("token", {"error": None, "cause": None})]


def test_a_second_answer_is_409(client):
    tell(client, "success", ADDRESSES["success"])
    assert code(tell(client, "failure", ADDRESSES["failure"])) == (409, "task_ended")


@pytest.mark.parametrize("what", ADDRESSES)
def test_only_who_may_trigger_the_dag_answers(client, backend, what):
    assert code(tell(client, what, ADDRESSES[what], "vic")) == (403, "forbidden")
    assert code(tell(client, what, {**ADDRESSES[what], "token": "other"})) == (403, "forbidden")
    assert code(tell(client, what, {**ADDRESSES[what], "token": "no token"})) == (422, "task_token_invalid")
    assert backend.answers == []


@pytest.mark.parametrize(
    ("what", "body", "field"),
    [
        ("success", {"token": "token"}, "output"),
        ("success", {"output": 1}, "token"),
        ("success", {"token": "t" * 2049, "output": 1}, "token"),
        ("failure", {"token": "token", "error": "e" * 257}, "error"),
        ("heartbeat", {"token": "token", "output": 1}, "output"),
    ],
)
def test_what_is_wrong_in_a_body_is_named(client, what, body, field):
    answer = tell(client, what, body)
    assert code(answer) == (422, "request_invalid")
    assert answer.json()["error"]["detail"] == {"field": field}
