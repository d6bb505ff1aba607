"""State machines that wait for somebody, run by the real Airflow, which is started once for all of them."""

from pathlib import Path

import pytest

from tests.airflow_process import run_dags

FOLDER = Path(__file__).with_name("waiting")
ENDS = {
    "answered_at_once": {"approved": True},
    "refused": {"Error": "Rejected", "Cause": "No."},
    "timed_out": {"Error": "States.Timeout", "Cause": None},
    "heart_stopped": {"Error": "States.Timeout", "Cause": None},
    "not_sent": {"Error": "Test.NoSuchThing", "Cause": "test:nothing"},
    "each": ["a", "b"],
    "approved": {"chosen": "Approve", "by": "Ann"},
    "rejected": {"Error": "approval_rejected", "Cause": "Ann has chosen 'Reject'."},
}

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]


@pytest.fixture(scope="session")
def runs(tmp_path_factory):
    """The run of each machine, by name."""
    home = tmp_path_factory.mktemp("home")
    conf = {"each": {"items": ["a", "b"]}, "approved": {"film": "One"}, "rejected": {"film": "Two"}}
    order = {
        "home": str(home),
        "bundles": {"waiting": str(FOLDER)},
        "runs": [{"dag_id": f"state_machine_waits_{name}", "conf": conf.get(name, {})} for name in ENDS],
    }
    environment = {"AIRFLOW__API__SECRET_KEY": "a secret of this test"}
    told = run_dags(order, environment, timeout_seconds=250)
    assert told["errors"] == {}
    return dict(zip(ENDS, told["runs"], strict=True))


@pytest.mark.parametrize("name", ENDS)
def test_a_wait_ends_as_it_was_answered(runs, name):
    run = runs[name]
    assert run["state"] == "success", run
    assert (
        next(each["value"] for each in run["xcoms"] if (each["task"], each["key"]) == ("result", "return_value"))
        == ENDS[name]
    )


def test_no_wait_shows_its_token(runs):
    for run in runs.values():
        shown = [each for each in run["xcoms"] if each["key"] in {"waits_for", "waiting"}]
        assert shown
        assert all("." not in str(each["value"]) or each["key"] == "waiting" for each in shown)
