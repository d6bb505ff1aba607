"""State machines as services: express ones answer at once, all others are started and asked for."""

import json
import threading

import pytest

from airflow_provider_media.api.machine_examples import EXECUTION_START
from airflow_provider_media.hooks import settings

GREET = {
    "StartAt": "Greet",
    "States": {
        "Greet": {
            "Type": "Pass",
            "Parameters": {"text.$": "States.Format('Good morning, {}', $.name)"},
            "Next": "Known?",
        },
        "Known?": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.text", "StringMatches": "*nobody", "Next": "Nobody"}],
            "Default": "Greeted",
        },
        "Greeted": {"Type": "Succeed"},
        "Nobody": {"Type": "Fail", "Error": "Nobody", "Cause": "Nobody is there."},
    },
}
WORKS = {
    "StartAt": "T",
    "States": {"T": {"Type": "Task", "Resource": "media:probe", "Parameters": {"source": "s3://a/b"}, "End": True}},
}


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Two express machines and a standard one."""
    for name, definition in (("greet", GREET), ("review", WORKS)):
        (tmp_path / f"{name}.json").write_text(json.dumps(definition))
    (tmp_path / "greet.yaml").write_text("type: express\n")
    monkeypatch.setattr(settings, "state_machines_folder", lambda: tmp_path)
    return tmp_path


def run(client, body, machine="greet", user="ann"):
    return client.post(
        f"/v1/state-machines/{machine}/sync-executions", json=body, headers={"Authorization": f"Bearer {user}"}
    )


def start(client, body, user="ann", machine="review"):
    return client.post(
        f"/v1/state-machines/{machine}/executions", json=body, headers={"Authorization": f"Bearer {user}"}
    )


def code(answer):
    return answer.status_code, answer.json()["error"]["code"]


def test_an_express_machine_answers_with_its_output(client):
    answer = run(client, {"input": {"name": "Ann"}, "name": "one"})
    assert answer.status_code == 200
    told = answer.json()
    assert (told["status"], told["output"], told["name"], told["machine"]) == (
        "SUCCEEDED",
        {"text": "Good morning, Ann"},
        "one",
        "greet",
    )
    assert told["started_at"] <= told["ended_at"]


def test_an_express_machine_that_fails_answers_with_error_and_cause(client):
    told = run(client, {"input": {"name": "nobody"}}).json()
    assert (told["status"], told["output"], told["error"], told["cause"]) == (
        "FAILED",
        None,
        "Nobody",
        "Nobody is there.",
    )


def test_a_standard_machine_is_not_run_while_somebody_waits(client):
    answer = run(client, {}, machine="review")
    assert code(answer) == (409, "state_machine_not_express")
    assert "review.yaml" in answer.json()["error"]["message"]


def test_media_is_left_to_workers(client, folder):
    (folder / "review.yaml").write_text("type: express\n")
    told = run(client, {"input": {}}, machine="review").json()
    assert (told["status"], told["error"]) == ("FAILED", "States.Runtime")
    assert "asynchronous" in told["cause"]


def test_a_machine_whose_files_are_not_valid_is_503(client, folder):
    (folder / "greet.yaml").write_text("typ: express\n")
    answer = run(client, {})
    assert code(answer) == (503, "state_machine_invalid")
    assert "Did you mean 'type'?" in answer.json()["error"]["message"]


def test_express_executions_over_the_concurrency_limit_are_refused(client, app):
    from airflow_provider_media.api import backend as seam
    from airflow_provider_media.api.concurrency_limit import ConcurrencyLimit
    from airflow_provider_media.api.errors import ExecutionsBusy
    from airflow_provider_media.api.express_processes import run_in_process

    before, app.state.express_limit = app.state.express_limit, ConcurrencyLimit(1, ExecutionsBusy)
    inside, go = threading.Event(), threading.Event()

    def slow(file, value, name):
        inside.set()
        assert go.wait(10)
        return run_in_process(file, value, name)

    app.dependency_overrides[seam.runner] = lambda: slow
    answers = []
    first = threading.Thread(target=lambda: answers.append(run(client, {"input": {"name": "Ann"}})))
    try:
        first.start()
        assert inside.wait(10)
        busy = run(client, {"input": {"name": "Bob"}})
        assert code(busy) == (429, "executions_busy")
        assert busy.headers["Retry-After"] == "1"
    finally:
        go.set()
        first.join()
        app.state.express_limit = before
    assert answers[0].json()["status"] == "SUCCEEDED"


def test_an_execution_is_started_once_by_name(client):
    body = EXECUTION_START["start"]["value"]
    first, again = start(client, body), start(client, body)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert first.headers["Location"] == "/media/v1/state-machines/review/executions/lecture-17"
    assert code(start(client, {**body, "input": {}})) == (409, "execution_exists")


def test_an_execution_without_a_name_gets_one(client):
    names = {start(client, {}).json()["name"] for _ in range(2)}
    assert len(names) == 2


def test_an_execution_is_asked_for_and_stopped(client):
    start(client, {"name": "one", "input": {"a": 1}})
    address = "/v1/state-machines/review/executions"
    assert client.get(f"{address}/one").json()["status"] == "RUNNING"
    stopped = client.post(f"{address}/one/stop", json={"error": "Enough"}).json()
    assert (stopped["status"], stopped["error"]) == ("ABORTED", "Enough")
    assert code(client.get(f"{address}/two")) == (404, "execution_unknown")


@pytest.mark.parametrize("name", ["", "a b", "a/b", "x" * 81, "scheduled__1", "asset_triggered__1", 7])
def test_a_name_that_cannot_be_a_runs_is_refused(client, name):
    answer = start(client, {"name": name})
    assert code(answer) == (422, "request_invalid")
    assert answer.json()["error"]["detail"]["field"] == "name"


def test_the_input_of_a_run_is_an_object(client):
    assert code(start(client, {"input": [1]})) == (422, "request_invalid")


def test_one_who_may_only_look_starts_and_stops_nothing(client, backend):
    start(client, {"name": "one"})
    vic = {"Authorization": "Bearer vic"}
    assert client.get("/v1/state-machines/review/executions/one", headers=vic).status_code == 200
    assert code(start(client, {}, user="vic")) == (403, "forbidden")
    assert code(run(client, {}, user="vic")) == (403, "forbidden")
    assert code(client.post("/v1/state-machines/review/executions/one/stop", json={}, headers=vic)) == (
        403,
        "forbidden",
    )
    assert [each.status for each in backend.executions.values()] == ["RUNNING"]


def test_start_hidden_state_machine_answered_like_missing_one(client):
    hidden, missing = (start(client, {}, machine=name) for name in ("secret", "nowhere"))
    assert code(hidden) == (404, "state_machine_unknown")
    assert hidden.text.replace("secret", "nowhere") == missing.text


LIST = "/v1/state-machines/review/executions"


def test_execution_list_filtered_and_paged_newest_first(client):
    for name in ("a-1", "a-2", "b-1"):
        assert start(client, {"name": name}).status_code == 201
    client.post(f"{LIST}/a-1/stop", json={})
    first = client.get(LIST, params={"limit": 2}).json()
    assert [each["name"] for each in first["executions"]] == ["b-1", "a-2"]
    rest = client.get(LIST, params={"limit": 2, "cursor": first["next"]}).json()
    assert ([each["name"] for each in rest["executions"]], rest["next"]) == (["a-1"], None)
    aborted = client.get(LIST, params={"status": "ABORTED", "text": "a-"}).json()["executions"]
    assert [(each["name"], each["status"]) for each in aborted] == [("a-1", "ABORTED")]
    assert set(aborted[0]) == {"name", "status", "started_at", "stopped_at"}


@pytest.mark.parametrize("wanted", ["status=DONE", "started_after=5", "limit=201", "cursor=x", "stat=RUNNING"])
def test_execution_list_refuses_filter_it_does_not_know(client, wanted):
    assert code(client.get(f"{LIST}?{wanted}")) == (422, "request_invalid")


def test_execution_list_only_for_those_who_may_read_the_machine(client):
    assert client.get(LIST, headers={"Authorization": "Bearer vic"}).status_code == 200
    assert code(client.get(LIST, headers={"Authorization": "Bearer nil"})) == (404, "state_machine_unknown")


def machines(client, user="ann", **params):
    return client.get("/v1/state-machines", params=params, headers={"Authorization": f"Bearer {user}"}).json()


def test_machine_list_pages_what_the_user_may_read(client, folder):
    (folder / "hidden.json").write_text(json.dumps(GREET))
    start(client, {"name": "one"})
    first = machines(client, limit=1)
    assert ([each["name"] for each in first["machines"]], first["next"]) == (["greet"], "greet")
    assert (first["machines"][0]["type"], first["machines"][0]["dialect"]) == ("express", "asl")
    (second,) = machines(client, cursor=first["next"])["machines"]
    assert (second["name"], second["type"], second["dag_id"]) == ("review", "standard", "state_machine_review")
    assert (second["running"], second["known"], second["paused"]) == (1, True, False)
    assert machines(client, "nil") == {"machines": [], "next": None}


def test_machine_has_definition_states_and_picture(client):
    found = client.get("/v1/state-machines/greet", headers={"Authorization": "Bearer vic"}).json()
    assert json.loads(found["definition"]) == GREET
    assert {"name": "Known?", "type": "Choice"} in found["states"]
    assert 'data-state="Known?"' in found["picture"]
    assert found["diagnostics"] == []


def test_only_editors_see_secrets_in_urls_of_machine(client, folder):
    call = {"Type": "Pass", "Result": "https://hooks.example/in?token=abc", "End": True}
    text = json.dumps({"StartAt": "Call", "States": {"Call": call}}).replace("/", "\\/")
    (folder / "greet.json").write_text(text)
    assert client.get("/v1/state-machines/greet").json()["definition"] == text
    seen = client.get("/v1/state-machines/greet", headers={"Authorization": "Bearer vic"}).json()["definition"]
    assert json.loads(seen)["States"]["Call"] == call | {"Result": "https://hooks.example/in"}


def test_machine_with_errors_has_text_and_diagnostics(client, folder):
    (folder / "greet.json").write_text('{"StartAt": "Nowhere", "States": {}}')
    found = client.get("/v1/state-machines/greet").json()
    assert (found["picture"], found["states"], found["dialect"]) == (None, [], None)
    assert {one["severity"] for one in found["diagnostics"]} == {"error"}
    assert "Nowhere" in found["definition"]


def test_machine_only_for_those_who_may_read_it(client):
    answer = client.get("/v1/state-machines/greet", headers={"Authorization": "Bearer nil"})
    assert code(answer) == (404, "state_machine_unknown")
