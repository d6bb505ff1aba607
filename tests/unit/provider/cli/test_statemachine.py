"""``airflow media statemachine`` checks, tries and draws what people write."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from airflow_provider_media.cli.__main__ import main

SHIPPED = Path(__file__).parents[4] / "include" / "state_machines"
MACHINE = {
    "StartAt": "Encode",
    "States": {
        "Encode": {
            "Type": "Task",
            "Resource": "media:transcode",
            "Parameters": {"source.$": "$.source"},
            "ResultSelector": {"uri.$": "$.files[0]"},
            "ResultPath": "$.encoded",
            "Retry": [{"ErrorEquals": ["storage_failed"], "IntervalSeconds": 60}],
            "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Bad"}],
            "Next": "Tall?",
        },
        "Tall?": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.h", "NumericGreaterThan": 720, "Next": "Good"}],
            "Default": "Bad",
        },
        "Good": {"Type": "Succeed"},
        "Bad": {"Type": "Fail", "Error": "Bad", "Cause": "it was bad"},
    },
}


def call(*arguments: object) -> int:
    try:
        main(["statemachine", *map(str, arguments)])
    except SystemExit as end:
        return int(end.code or 0)
    return 0


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "machine.json"
    path.write_text(json.dumps(MACHINE))
    return path


@pytest.fixture
def mocks(tmp_path: Path):
    def write(answers: object) -> Path:
        path = tmp_path / "mocks.json"
        path.write_text(json.dumps(answers))
        return path

    return write


def test_the_shipped_machines_are_sound(capsys):
    assert call("lint", SHIPPED) == 0
    assert capsys.readouterr().out.endswith(" files: 0 errors, 0 warnings\n")


def test_lint_names_file_place_value_and_what_is_allowed(tmp_path, capsys):
    path = tmp_path / "wrong.json"
    wrong = json.loads(json.dumps(MACHINE))
    wrong["States"]["Encode"]["Retry"][0]["IntervalSeconds"] = -5
    path.write_text(json.dumps(wrong))
    column = path.read_text().index('"IntervalSeconds"') + 1
    assert call("lint", path) == 2
    first, last = capsys.readouterr().out.splitlines()
    assert first.startswith(f"{path}:1:{column}: /States/Encode/Retry/0/IntervalSeconds: Must be an integer from 1")
    assert "(it is -5)" in first
    assert last == "1 file: 1 error, 0 warnings"
    assert call("lint", path, "--json") == 2
    (one,) = json.loads(capsys.readouterr().out)
    assert one["mark"] == {"file": str(path), "line": 1, "column": column}
    assert (one["field"], one["severity"]) == ("/States/Encode/Retry/0/IntervalSeconds", "error")


def test_lint_says_where_a_file_stops_being_json(tmp_path, capsys):
    path = tmp_path / "broken.json"
    path.write_text("{\n  'StartAt': 1}")
    assert call("lint", path) == 2
    assert f"{path}:2:3: " in capsys.readouterr().out


def test_run_with_mocks_answers_in_order_without_waiting(file, mocks, capsys):
    answers = mocks({"media:transcode": [{"Error": "storage_failed"}, {"files": ["a.mp4"]}]})
    assert call("run", file, "--input", '{"source": "s", "h": 1080}', "--mock", answers, "--fast", "--json") == 0
    done = json.loads(capsys.readouterr().out)
    assert (done["status"], done["output"]["encoded"]) == ("SUCCEEDED", {"uri": "a.mp4"})
    assert [event["type"] for event in done["events"]].count("TaskScheduled") == 2


def test_run_of_failing_machine_exits_4_with_error_and_cause(file, mocks, capsys):
    assert call("run", file, "--input", '{"source": "s", "h": 360}', "--mock", mocks({"Encode": {"files": [1]}})) == 4
    assert capsys.readouterr().out.splitlines()[-2:] == ["FAILED", "Bad: it was bad"]


def test_run_names_the_mock_that_is_missing(file, capsys):
    assert call("run", file, "--input", '{"source": "s"}') == 2
    assert "add 'Encode' or 'media:transcode'" in capsys.readouterr().err


def test_input_may_come_from_a_file_and_must_be_json(file, mocks, tmp_path, capsys):
    given = tmp_path / "input.json"
    given.write_text('{"source": "s", "h": 1080}')
    assert call("run", file, "--input", f"@{given}", "--mock", mocks({"Encode": {"files": [1]}})) == 0
    assert call("run", file, "--input", "{source") == 2
    assert "--input: this is no JSON" in capsys.readouterr().err


def test_test_state_shows_each_step(file, capsys):
    assert (
        call("test-state", file, "Encode", "--input", '{"source": "s"}', "--result", '{"files": ["a"]}', "--json") == 0
    )
    steps = {step["step"]: step["value"] for step in json.loads(capsys.readouterr().out)}
    assert steps == {
        "input": {"source": "s"},
        "InputPath": {"source": "s"},
        "Parameters": {"source": "s"},
        "result": {"files": ["a"]},
        "ResultSelector": {"uri": "a"},
        "ResultPath": {"source": "s", "encoded": {"uri": "a"}},
        "OutputPath": {"source": "s", "encoded": {"uri": "a"}},
        "next": "Tall?",
    }


@pytest.mark.parametrize(
    ("state", "options", "code", "last"),
    [
        ("Encode", ("--error", "storage_failed"), 0, ("retry", {"delay_seconds": 60})),
        ("Encode", ("--error", "storage_failed", "--retries", "9"), 0, ("next", "Bad")),
        ("Encode", ("--error", "other", "--cause", "x"), 0, ("next", "Bad")),
        ("Tall?", (), 0, ("next", "Bad")),
        ("Bad", (), 4, ("fails with", {"Error": "Bad", "Cause": "it was bad"})),
    ],
)
def test_test_state_tells_what_follows(file, capsys, state, options, code, last):
    assert call("test-state", file, state, "--input", '{"source": "s", "h": 1}', "--json", *options) == code
    step = json.loads(capsys.readouterr().out)[-1]
    assert (step["step"], step["value"]) == last


def test_test_state_takes_a_context_object(tmp_path, capsys):
    state = {"Type": "Pass", "Parameters": {"token.$": "$$.Task.Token"}, "End": True}
    (tmp_path / "m.json").write_text(json.dumps({"StartAt": "P", "States": {"P": state}}))
    assert call("test-state", tmp_path / "m.json", "P", "--context", '{"Task": {"Token": "abc"}}', "--json") == 0
    steps = {step["step"]: step["value"] for step in json.loads(capsys.readouterr().out)}
    assert steps["OutputPath"] == {"token": "abc"}


def test_test_state_with_unknown_state_suggests_nearest_state(file, capsys):
    assert call("test-state", file, "Encoed") == 2
    assert "did you mean 'Encode'?" in capsys.readouterr().err


def test_export_prints_mermaid_and_svg(file, capsys):
    assert call("export", file) == 0
    assert "s1 --> s4 : on States.ALL" in capsys.readouterr().out
    assert call("export", file, "--format", "svg") == 0
    assert capsys.readouterr().out.startswith("<svg ")
