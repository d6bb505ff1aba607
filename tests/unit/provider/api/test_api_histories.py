"""Executions of state machines are looked at, and go on, by those who may."""

import re

import pytest

ADDRESS = "/v1/state-machines/review/executions/manual__2026-11-26T09:00:00+00:00"


def as_user(user, **more):
    return {"Authorization": f"Bearer {user}", **more}


def code(answer):
    return answer.status_code, answer.json()["error"]["code"]


def test_execution_page_shows_states_with_input_output_and_graph(client):
    answer = client.get(f"{ADDRESS}/page")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "<svg" in answer.text
    assert re.search(r'<span class="mark failed">FAILED</span>', answer.text)
    assert "&#34;clip&#34;: &#34;&lt;b&gt;a&lt;/b&gt;&#34;" in answer.text
    assert "airflow media statemachine redrive review" in answer.text
    assert "http-equiv" not in answer.text, "one that has ended is not loaded again and again"


def test_the_page_of_a_running_execution_is_loaded_again(client):
    assert 'http-equiv="refresh"' in client.get("/v1/state-machines/review/executions/running/page").text


def test_no_script_can_run_in_the_page(client):
    answer = client.get(f"{ADDRESS}/page")
    assert "script" not in answer.text
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")


def test_the_history_is_that_of_the_language(client):
    events = client.get(f"{ADDRESS}/history", headers=as_user("vic")).json()["events"]
    assert [event["type"] for event in events][:2] == ["ExecutionStarted", "TaskStateEntered"]


@pytest.mark.parametrize("what", ["page", "history", "states"])
def test_whoever_may_not_look_is_told_that_there_is_nothing(client, what):
    assert code(client.get(f"{ADDRESS}/{what}", headers=as_user("nil"))) == (404, "execution_unknown")
    assert code(client.get(f"/v1/state-machines/review/executions/none/{what}")) == (404, "execution_unknown")


def test_redrive_failed_execution_by_user_who_may_trigger_it(client, backend):
    answer = client.post(f"{ADDRESS}/redrive")
    assert (answer.status_code, answer.json()["machine"]) == (200, "review")
    assert backend.redriven == [("review", "manual__2026-11-26T09:00:00+00:00")]


def test_whoever_may_only_look_lets_nothing_go_on(client, backend):
    assert code(client.post(f"{ADDRESS}/redrive", headers=as_user("vic"))) == (403, "forbidden")
    assert code(client.post(f"{ADDRESS}/redrive", headers=as_user("nil"))) == (404, "execution_unknown")
    assert backend.redriven == []


def test_one_that_runs_does_not_go_on_from_anywhere(client):
    assert code(client.post("/v1/state-machines/review/executions/running/redrive")) == (409, "execution_not_failed")


def test_a_cookie_alone_lets_nothing_go_on(client, backend):
    client.headers.pop("Authorization")
    assert code(client.post(f"{ADDRESS}/redrive", headers={"Cookie": "_token=ann"})) == (403, "cross_site_refused")
    assert client.get(f"{ADDRESS}/page", headers={"Cookie": "_token=ann"}).status_code == 200
    assert backend.redriven == []


def test_states_of_execution_have_input_error_and_clickable_picture(client):
    answer = client.get(f"{ADDRESS}/states", headers=as_user("vic")).json()
    assert (answer["status"], answer["left_out"]) == ("FAILED", 0)
    (visit,) = answer["states"]
    assert (visit["state"], visit["type"], visit["status"]) == ("Ask", "Task", "failed")
    assert (visit["input"], visit["output"], visit["error"], visit["cause"]) == (
        {"clip": "<b>a</b>"},
        None,
        "Broken",
        "by itself",
    )
    assert visit["ended"] is not None
    assert visit["iterations"] == []
    assert '<g data-state="Ask">' in answer["picture"]


def test_differences_of_failed_and_running_execution_name_status_and_error(client):
    answer = client.get(f"{ADDRESS}/differences/running", headers=as_user("vic")).json()
    assert (answer["first_status"], answer["second_status"], answer["first_error"]) == ("FAILED", "RUNNING", "Broken")
    (visit,) = answer["states"]
    assert (visit["state"], visit["kind"], visit["fields"]) == ("Ask", "changed", ["status", "error", "cause"])
    assert (visit["first_status"], visit["second_status"], visit["input"]) == ("failed", "running", [])


def test_execution_has_no_difference_from_itself(client):
    answer = client.get(f"{ADDRESS}/differences/{ADDRESS.rpartition('/')[2]}").json()
    assert (answer["states"], answer["input"], answer["output"], answer["left_out"]) == ([], [], [], 0)


def test_differences_of_hidden_or_unknown_execution_are_404(client):
    for address, user in ((f"{ADDRESS}/differences/running", "nil"), (f"{ADDRESS}/differences/none", "ann")):
        assert code(client.get(address, headers=as_user(user))) == (404, "execution_unknown")
