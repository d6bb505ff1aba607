"""Workers ask for tasks of activities, and get those of machines that they may trigger."""

import pytest

from airflow_provider_media.core.statelang.activities import ActivityTask

OURS = ActivityTask(token="one", input={"film": 1}, dag_id="state_machine_review")
THEIRS = ActivityTask(token="two", input={"film": 2}, dag_id="state_machine_other")


def ask(client, activity="subtitles", user="ann"):
    return client.post(f"/v1/activities/{activity}/tasks", headers={"Authorization": f"Bearer {user}"})


def test_activity_task_given_once_with_token_and_input(client, backend):
    backend.offered = [OURS]
    answer = ask(client)
    assert (answer.status_code, answer.json()) == (
        200,
        {"token": "one", "input": {"film": 1}, "dag_id": "state_machine_review"},
    )
    again = ask(client)
    assert (again.status_code, again.content) == (204, b"")


def test_an_activity_that_nobody_waits_for_has_no_tasks(client, backend):
    backend.offered = [OURS]
    assert ask(client, "another").status_code == 204


@pytest.mark.parametrize("user", ["vic", "nil"])
def test_only_who_may_trigger_the_dag_is_given_its_tasks(client, backend, user):
    backend.offered = [OURS, THEIRS]
    assert ask(client, user=user).status_code == 204
    assert ask(client).json()["token"] == "one"
    assert ask(client).status_code == 204
    assert backend.offered == [THEIRS]


def test_a_name_that_no_activity_can_have_is_refused(client):
    answer = ask(client, "a%20b")
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "request_invalid")


def test_a_page_that_has_only_a_cookie_takes_nothing(client, backend):
    backend.offered = [OURS]
    answer = client.post("/v1/activities/subtitles/tasks", headers={"Authorization": "", "Cookie": "_token=ann"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "cross_site_refused")
    assert backend.offered == [OURS]
