"""A dialect of the state language that another distribution adds: CONTRIBUTING.md, "Add a dialect"."""

import json

import pytest

from tests.added_rows import run_python, write_distribution

GROUP = "airflow_provider_media.dialects"
SOURCE = """
from airflow_provider_media.core.statelang import Dialect

RIVER = Dialect(
    name="river",
    title="River Flow",
    resource_prefixes=("river:",),
    spellings={"Then": "Next"},
    more_fields={"Pass": ("ResultSelector",)},
    operators=frozenset({"StringEquals"}),
    errors=frozenset({"States.Drought"}),
    max_concurrency=1,
    statuses={"SUCCEEDED": "ARRIVED"},
)
"""
MACHINE = {
    "StartAt": "Flow",
    "States": {
        "Flow": {
            "Type": "Task",
            "Resource": "river:flow",
            "Catch": [{"ErrorEquals": ["States.Drought"], "Next": "Count"}],
            "Then": "Count",
        },
        "Count": {"Type": "Pass", "ResultSelector": {"boats.$": "$.boats"}, "Then": "Many"},
        "Many": {"Type": "Choice", "Choices": [{"Variable": "$.boats", "NumericEquals": 2, "Next": "End"}]},
        "End": {"Type": "Succeed"},
    },
}


@pytest.fixture
def folder(tmp_path):
    write_distribution(tmp_path, "river_dialect", SOURCE, GROUP, "RIVER")
    (tmp_path / "machine.json").write_text(json.dumps(MACHINE))
    (tmp_path / "answers.json").write_text(json.dumps({"river:flow": {"boats": 2, "fish": 9}}))
    return tmp_path


def command(folder, *words):
    return run_python(folder, "-m", "airflow_provider_media.cli", "statemachine", *words, "--json")


def test_lint_of_machine_in_added_dialect_reports_only_undocumented_operator(folder):
    linted = command(folder, "lint", "machine.json")
    assert linted.returncode == 0, linted.stderr
    (finding,) = json.loads(linted.stdout)
    assert (finding["severity"], finding["field"]) == ("warning", "/States/Many/Choices/0/NumericEquals")
    assert finding["message"] == "NumericEquals is not among the operators that RIVER documents: StringEquals (it is 2)"


def test_run_of_machine_in_added_dialect_succeeds_in_its_words(folder):
    ran = command(folder, "run", "machine.json", "--mock", "answers.json")
    assert ran.returncode == 0, ran.stderr
    execution = json.loads(ran.stdout)
    assert (execution["status"], execution["output"]) == ("ARRIVED", {"boats": 2})


def test_lint_without_the_distribution_refuses_the_dialects_fields(folder):
    (folder / "river_dialect-1.0.dist-info" / "entry_points.txt").unlink()
    linted = command(folder, "lint", "machine.json")
    assert linted.returncode == 2
    assert {"/States/Flow/Then", "/States/Count/ResultSelector"} <= {
        finding["field"] for finding in json.loads(linted.stdout)
    }


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (SOURCE.replace('"river"', '"asl"'), "adds the name 'asl', which exists already"),
        ("RIVER = 1", "must name a Dialect but names a int"),
        ("raise ValueError('dry')", "cannot be loaded: ValueError: dry"),
    ],
)
def test_added_dialect_that_is_none_is_refused_with_its_place(folder, source, message):
    (folder / "river_dialect.py").write_text(source)
    linted = command(folder, "lint", "machine.json")
    assert linted.returncode == 2
    assert message in json.loads(linted.stdout)["error"]["message"]
