"""Recorded executions of the real service end in the real Airflow as they do in the pure engine, through each front
end.
"""

from pathlib import Path

import pytest

from tests.airflow_process import run_dags
from tests.dags.recorded import recorded_machines as recorded

BUNDLE = Path(__file__).with_name("recorded")
COUNT = 48
CHOSEN = recorded.chosen(COUNT)

pytestmark = [
    pytest.mark.integration,
    pytest.mark.long,
    pytest.mark.timeout(600),
    pytest.mark.skipif(not CHOSEN, reason="STATELANG_CASES names no folder"),
]


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """The run of each case, by front end and name; Airflow is started once for all of them."""
    home = tmp_path_factory.mktemp("recorded")
    order = {
        "home": str(home),
        "bundles": {"recorded": str(BUNDLE)},
        "runs": [
            {"dag_id": recorded.dag_id(front, name), "conf": recorded.cases()[name]["input"]} for front, name in CHOSEN
        ],
    }
    environment = {"STATELANG_COUNT": str(COUNT), "PYTHONPATH": str(BUNDLE)}
    told = run_dags(order, environment, timeout_seconds=580)
    assert told["errors"] == {}
    return dict(zip(CHOSEN, told["runs"], strict=True))


@pytest.mark.parametrize(("front", "name"), CHOSEN)
def test_a_run_ends_as_the_pure_engine_does(runs, front, name):
    case, run = recorded.cases()[name], runs[front, name]
    expected = recorded.pure(case)
    left = {each["key"]: each["value"] for each in run["xcoms"] if each["task"] == "result"}
    if expected.status == "SUCCEEDED":
        assert run["state"] == "success", run["tasks"]
        assert recorded.same(case, expected.output, left.get("return_value")), left
    else:
        assert run["state"] == "failed", run["tasks"]
        recorded.assert_same_error(case, expected, left["error"])


def test_recorded_machines_chosen_cover_every_feature_possible_in_dag():
    for front, admits in recorded.FRONT_ENDS.items():
        possible = {
            feature
            for case in recorded.cases().values()
            if recorded.suits(case) and admits(case)
            for feature in case["features"]
        }
        shown = {feature for each, name in CHOSEN if each == front for feature in recorded.cases()[name]["features"]}
        assert shown == possible
