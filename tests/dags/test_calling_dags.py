"""HTTP tasks with a connection's secrets, run by the real Airflow through both front ends."""

import base64
import json
from pathlib import Path

import pytest

from tests.airflow_process import run_dags
from tests.receiver import receiver

FOLDER = Path(__file__).with_name("calling")
MACHINES = ("calls", "calls_in_one_task")
SECRET = "correct-horse-battery"

pytestmark = [pytest.mark.integration, pytest.mark.timeout(200)]


@pytest.fixture(scope="module")
def server():
    with receiver() as running:
        yield running


@pytest.fixture(scope="module")
def told(tmp_path_factory, server):
    """All that Airflow says of two runs of each machine: one that calls the connection's own server, and one that calls
    another.
    """
    urls = [server.url("/ok"), f"http://localhost:{server.port}/other"]
    order = {
        "home": str(tmp_path_factory.mktemp("home")),
        "bundles": {"calling": str(FOLDER)},
        "runs": [{"dag_id": f"state_machine_{name}", "conf": {"url": url}} for name in MACHINES for url in urls],
    }
    connection = {"conn_type": "http", "host": "127.0.0.1", "port": server.port, "login": "ann", "password": SECRET}
    environment = {
        "AIRFLOW_CONN_STUDIO": json.dumps(connection),
        "AIRFLOW__MEDIA__ANNOUNCE_ALLOW": f"{server.address},localhost:{server.port}",
    }
    return run_dags(order, environment, timeout_seconds=180)


def test_each_front_end_calls_with_the_connections_secrets(told, server):
    own, _, own_in_one_task, _ = (run["state"] for run in told["runs"])
    assert (own, own_in_one_task) == ("success", "success")
    expected = "Basic " + base64.b64encode(f"ann:{SECRET}".encode()).decode()
    assert [each.headers["authorization"] for each in server.at("/ok")] == [expected, expected]


def test_each_front_end_takes_them_to_no_other_server(told, server):
    results = [each["value"] for run in told["runs"] for each in run["xcoms"] if each["key"] == "return_value"]
    assert results.count("refused") >= len(MACHINES)
    assert server.at("/other") == []


def test_logs_and_stored_run_data_contain_no_secret(told):
    said = told["log"]
    assert SECRET not in said
    assert base64.b64encode(f"ann:{SECRET}".encode()).decode() not in said
