"""Definitions are tested without effects, by everybody who is signed in, and no definition hangs the server."""

import json
import multiprocessing
import threading

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from airflow_provider_media.api import machine_test_examples as examples

TEST_STATE, MOCK_RUNS = "/v1/state-machines/test-state", "/v1/state-machines/mock-runs"


@pytest.fixture(autouse=True)
def no_process_is_left():
    yield
    assert multiprocessing.active_children() == []


def code(answer):
    return answer.status_code, answer.json()["error"]["code"]


def machine(**states):
    return {"StartAt": next(iter(states)), "States": states}


def jsonata(output):
    return machine(Tried={"Type": "Pass", "QueryLanguage": "JSONata", "Output": f"{{% {output} %}}", "End": True})


def test_example_of_state_test_gives_its_example_answer(client):
    answer = client.post(TEST_STATE, json=examples.STATE_TEST["result"]["value"])
    assert (answer.status_code, answer.json()) == (200, examples.STATE_TESTED)
    used_up = client.post(TEST_STATE, json=examples.STATE_TEST["error"]["value"]).json()
    assert (used_up["status"], used_up["error"]) == ("FAILED", "storage_failed")


def test_example_of_mock_run_gives_its_example_answer(client):
    answer = client.post(MOCK_RUNS, json=examples.MOCK_RUN["retry"]["value"])
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    run = answer.json()
    (visit,), (shown,) = run["states"], examples.MOCKS_RUN["states"]
    times = {"started", "ended"}
    assert {name: visit[name] for name in visit.keys() - times} == {name: shown[name] for name in shown.keys() - times}
    assert run["output"] == examples.MOCKS_RUN["output"]
    assert run["events"][0] | {"timestamp": ""} == examples.MOCKS_RUN["events"][0] | {"timestamp": ""}


@pytest.mark.parametrize(
    ("address", "body", "schema"),
    [
        (TEST_STATE, examples.STATE_TEST["result"]["value"], "StateTestView"),
        (MOCK_RUNS, examples.MOCK_RUN["retry"]["value"], "MockRunView"),
    ],
)
def test_answer_has_exactly_the_fields_of_its_schema(client, built, address, body, schema):
    document = built.openapi()
    answer = client.post(address, json=body).json()
    where = {"$ref": f"#/components/schemas/{schema}", "components": document["components"]}
    jsonschema.validate(answer, where)
    assert set(answer) == set(document["components"]["schemas"][schema]["properties"])


def test_user_without_any_right_may_test_definitions(client):
    headers = {"Authorization": "Bearer nil"}
    assert client.post(MOCK_RUNS, json={"definition": machine(A={"Type": "Succeed"})}, headers=headers).is_success


def test_cookie_alone_of_another_site_tests_nothing(client):
    client.headers.pop("Authorization")
    for address in (TEST_STATE, MOCK_RUNS):
        assert code(client.post(address, json={}, headers={"Cookie": "_token=ann"})) == (403, "cross_site_refused")


def test_definition_may_be_text_and_errors_have_line_and_column(client):
    text = '{"StartAt": "A",\n "States": {"A": {"Type": "Pass",\n  "Next": 3}}}'
    for address, more in ((TEST_STATE, {"state": "A"}), (MOCK_RUNS, {})):
        answer = client.post(address, json={"definition": text, **more})
        assert code(answer) == (422, "machine_test_invalid")
        first = answer.json()["error"]["detail"]["diagnostics"][0]
        assert (first["severity"], first["path"], first["line"], first["column"]) == (
            "error",
            ["States", "A", "Next"],
            3,
            3,
        )
        assert "/States/A/Next" in answer.json()["error"]["message"]


def test_task_without_mock_is_named_with_its_resource(client):
    body = {"definition": examples.DEFINITION, "input": examples.INPUT}
    answer = client.post(MOCK_RUNS, json=body)
    assert code(answer) == (422, "mock_missing")
    assert answer.json()["error"]["detail"] == {"state": "Encode", "resource": "media:transcode"}
    tested = client.post(TEST_STATE, json=body | {"state": "Encode"}).json()
    assert (tested["status"], tested["steps"][-1]["name"]) == ("MOCK_MISSING", "Parameters")


def test_state_test_refuses_unknown_state_and_needless_mock(client):
    body = {"definition": machine(Wait={"Type": "Wait", "Seconds": 1, "End": True}), "mock": {"result": 1}}
    assert code(client.post(TEST_STATE, json=body | {"state": "Wiat"})) == (422, "state_unknown")
    assert code(client.post(TEST_STATE, json=body | {"state": "Wait"})) == (422, "mock_not_used")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"definition": 7}, "definition"),
        ({"mocks": {"Encode": []}}, "mocks.Encode"),
        ({"mocks": {"Encode": [{}]}}, "mocks.Encode.0"),
        ({"mocks": {"Encode": [{"result": 1, "error": "E"}]}}, "mocks.Encode.0"),
        ({"mocks": {"result": [{"outcome": 1}]}}, "mocks.result.0.outcome"),
        ({"mocks": {"Encode": {"result": 1}}}, "mocks.Encode"),
        ({"name": "no name"}, "name"),
        ({"type": "fast"}, "type"),
        ({"input": "x" * 300_000}, "input"),
    ],
)
def test_mock_run_names_the_field_that_is_wrong(client, change, field):
    answer = client.post(MOCK_RUNS, json={"definition": examples.DEFINITION} | change)
    assert code(answer) == (422, "request_invalid")
    assert answer.json()["error"]["detail"]["field"].startswith(field)


@pytest.mark.parametrize("mock", [{}, {"result": 1, "error": {"error": "E"}}, {"error": None}, {"result": 1, "x": 2}])
def test_state_test_refuses_mock_that_is_not_one_answer(client, mock):
    body = {"definition": examples.DEFINITION, "state": "Encode", "mock": mock}
    assert code(client.post(TEST_STATE, json=body)) == (422, "request_invalid")


HOSTILE = {
    "endless recursion": jsonata("($f := function($n) { $f($n + 1) + 1 }; $f(1))"),
    "costly regular expression": jsonata("$match($pad('', 40, 'a') & '!', /(a+)+$/)"),
    "many items": jsonata("[1..200000].([1..200000])"),
    "large text": jsonata("$reduce([1..64], function($a) { $a & $a }, 'xxxxxxxx')"),
    "many iterations": machine(
        M={
            "Type": "Map",
            "QueryLanguage": "JSONata",
            "Items": "{% [1..100000] %}",
            "ItemProcessor": {"StartAt": "P", "States": {"P": {"Type": "Pass", "End": True}}},
            "End": True,
        }
    ),
    "half a character": jsonata("'\\ud800'"),
    "not a number": jsonata("1e308 * 10"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_definition_ends_in_words_and_leaves_the_server_alone(client, name):
    answer = client.post(MOCK_RUNS, json={"definition": HOSTILE[name]})
    assert answer.status_code == 200 or code(answer) == (422, "machine_test_stopped")
    if answer.status_code == 200 and answer.json()["status"] == "FAILED":
        assert answer.json()["cause"]
    assert client.post(MOCK_RUNS, json={"definition": machine(A={"Type": "Succeed"})}).json()["status"] == "SUCCEEDED"


def test_test_over_its_time_is_stopped(client, monkeypatch):
    from airflow_provider_media.api import machine_test_work

    monkeypatch.setattr(machine_test_work, "TEST_SECONDS", 0.001)
    answer = client.post(MOCK_RUNS, json={"definition": HOSTILE["endless recursion"]})
    assert code(answer) == (422, "machine_test_stopped")
    assert "0.001 seconds" in answer.json()["error"]["message"]


def test_values_beyond_the_limit_of_payloads_are_left_out(client):
    many = {f"k{number}.$": "$" for number in range(200)}
    state = {"Type": "Task", "Resource": "r:x", "ResultSelector": many, "End": True}
    body = {"definition": machine(A=state), "state": "A", "mock": {"result": "x" * 10_000}}
    steps = {step["name"]: step for step in client.post(TEST_STATE, json=body).json()["steps"]}
    assert (steps["ResultSelector"]["value"], steps["ResultSelector"]["truncated"]) == (None, True)
    assert steps["result"]["truncated"] is False


def test_tests_over_their_concurrency_limit_are_refused(client, app, monkeypatch):
    from airflow_provider_media.api.concurrency_limit import ConcurrencyLimit
    from airflow_provider_media.api.errors import MachineTestsBusy
    from airflow_provider_media.api.routes import machine_tests

    before, app.state.machine_test_limit = app.state.machine_test_limit, ConcurrencyLimit(1, MachineTestsBusy)
    inside, go, whole = threading.Event(), threading.Event(), machine_tests.answer_in_process

    def slow(work, request):
        inside.set()
        assert go.wait(10)
        return whole(work, request)

    monkeypatch.setattr(machine_tests, "answer_in_process", slow)
    body, answers = {"definition": machine(A={"Type": "Succeed"})}, []
    first = threading.Thread(target=lambda: answers.append(client.post(MOCK_RUNS, json=body)))
    try:
        first.start()
        assert inside.wait(10)
        busy = client.post(MOCK_RUNS, json=body)
        assert code(busy) == (429, "machine_tests_busy")
        assert busy.headers["Retry-After"] == "1"
    finally:
        go.set()
        first.join()
        app.state.machine_test_limit = before
    assert answers[0].json()["status"] == "SUCCEEDED"


EXPRESSIONS = st.sampled_from(
    ["$states.input", "$random()", "$states.x.y", "[1..9]", "$string($)", "(", "$eval('1')", "$fromMillis(9e99)", "1/0"]
)
STATES = st.fixed_dictionaries(
    {"Type": st.sampled_from(["Pass", "Task", "Wait", "Choice", "Succeed", "Fail", "Map", "Parallel", "Odd"])},
    optional={
        "Next": st.sampled_from(["A", "B", "C", 3]),
        "End": st.booleans(),
        "QueryLanguage": st.sampled_from(["JSONata", "JSONPath"]),
        "Resource": st.sampled_from(["r:x", "arn:aws:states:::lambda:invoke.waitForTaskToken", 7]),
        "Output": EXPRESSIONS.map("{{% {} %}}".format),
        "Parameters": st.fixed_dictionaries({"x.$": st.sampled_from(["$", "$.a", "States.UUID()", "$$", "$["])}),
        "Seconds": st.integers(-1, 10**12),
        "Result": st.none() | st.integers() | st.text(max_size=3),
        "Branches": st.just([{"StartAt": "P", "States": {"P": {"Type": "Pass", "End": True}}}]),
        "ItemProcessor": st.just({"StartAt": "Q", "States": {"Q": {"Type": "Pass", "End": True}}}),
        "Choices": st.just([{"Variable": "$.a", "IsPresent": True, "Next": "B"}]),
        "Default": st.just("A"),
        "Catch": st.just([{"ErrorEquals": ["States.ALL"], "Next": "B"}]),
        "Retry": st.just([{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 10**6}]),
    },
)
DEFINITIONS = st.fixed_dictionaries(
    {"StartAt": st.sampled_from(["A", "B"]), "States": st.fixed_dictionaries({"A": STATES}, optional={"B": STATES})}
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(definition=DEFINITIONS, value=st.none() | st.lists(st.integers(), max_size=2) | st.just({"a": 1}))
def test_whatever_definition_is_sent_is_answered_in_words(client, definition, value):
    body = {"definition": definition, "input": value}
    tested = client.post(TEST_STATE, json=body | {"state": "A"})
    ran = client.post(MOCK_RUNS, json=body | {"mocks": {"r:x": [{"result": 1}]}})
    for answer in (tested, ran):
        assert answer.status_code in {200, 422}, json.dumps(definition)
        told = answer.json()
        assert told["status"] if answer.status_code == 200 else told["error"]["message"]
