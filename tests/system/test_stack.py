import json
import os
import urllib.request
from pathlib import Path

import psutil
import pytest

from demo.component import StackError
from demo.job import s3
from demo.stack import Stack, local_stack
from tests.media import clip

pytestmark = [pytest.mark.system, pytest.mark.timeout(300)]


def members(sessions: set[int]) -> list[int]:
    """Living processes that belong to one of the sessions."""
    return [
        p.pid
        for p in psutil.process_iter(["status"])
        if p.info["status"] != psutil.STATUS_ZOMBIE and session_of(p.pid) in sessions
    ]


def session_of(pid: int) -> int:
    try:
        return os.getsid(pid)
    except OSError:
        return 0


def addresses(pid: int) -> list[str]:
    """Addresses that a process listens on; tasks begin and end meanwhile, and one that has ended listens nowhere."""
    try:
        return [c.laddr.ip for c in psutil.Process(pid).net_connections("tcp") if c.status == "LISTEN"]
    except psutil.NoSuchProcess:
        return []


def test_triggered_run_succeeds_and_passes_results_between_tasks(stack: Stack) -> None:
    stack.wait_for_dag("stack_check")
    stack.api("POST", "dags/stack_check/dagRuns", {"dag_run_id": "once", "logical_date": None})
    run = stack.wait_for_run("stack_check", "once", timeout_seconds=90)
    result = stack.api("GET", "dags/stack_check/dagRuns/once/taskInstances/add_one/xcomEntries/return_value")
    assert (run["state"], result["value"]) == ("success", 42)


def test_stack_connection_media_s3_leads_to_s3_stand_in(stack: Stack) -> None:
    answer = stack.airflow("connections", "get", "media_s3", "--output", "json")
    assert stack.s3_endpoint in answer


def test_task_waits_for_source_during_restore_from_archive(stack: Stack, tmp_path: Path) -> None:
    extra = {"aws_conn_id": "media_s3", "s3": {"restore": {"tier": "Bulk"}}}
    stack.airflow("connections", "add", "media_archive", "--conn-type", "media", "--conn-extra", json.dumps(extra))
    client, film = s3(stack), clip(tmp_path / "film.mp4", seconds=1).read_bytes()
    client.create_bucket(Bucket="archive")
    client.put_object(Bucket="archive", Key="film.mp4", Body=film, StorageClass="GLACIER")
    stack.wait_for_dag("archived_source")
    body = {"dag_run_id": "once", "logical_date": None, "conf": {"source": "s3://archive/film.mp4"}}
    stack.api("POST", "dags/archived_source/dagRuns", body)
    task = "dags/archived_source/dagRuns/once/taskInstances/probe"
    assert stack.wait_for_run("archived_source", "once", timeout_seconds=90)["state"] == "success"
    # States pass quickly, as the stand-in restores within two seconds: what stays is the log, the object and the count
    # of tries.
    said = json.dumps(stack.api("GET", f"{task}/logs/1"))
    assert "is being restored" in said
    assert "looks again in 10 s" in said
    assert 'ongoing-request="false"' in client.head_object(Bucket="archive", Key="film.mp4")["Restore"]
    assert stack.api("GET", task)["try_number"] == 1


def test_the_api_refuses_a_caller_without_a_token(stack: Stack) -> None:
    with pytest.raises(urllib.error.HTTPError, match="401"):
        urllib.request.urlopen(f"{stack.airflow_url}/api/v2/dags", timeout=10)


def test_wait_for_unknown_dag_raises_error_naming_the_dag(stack: Stack) -> None:
    with pytest.raises(StackError, match="no_such_dag"):
        stack.wait_for_dag("no_such_dag", timeout_seconds=1)


def test_a_home_serves_one_stack_at_a_time(stack: Stack) -> None:
    with pytest.raises(StackError, match="Another stack runs"), local_stack(stack.home):
        pass


def test_nothing_listens_beyond_loopback(stack: Stack) -> None:
    sessions = {component.process.pid for component in stack.components.values()}
    listening = [address for pid in members(sessions) for address in addresses(pid)]
    assert len(listening) >= 2
    assert set(listening) == {"127.0.0.1"}


def test_no_process_is_left_after_the_stack_has_stopped(tmp_path: Path, project: Path) -> None:
    with local_stack(tmp_path / "home", dags=project / "dags", plugins=project / "plugins") as own:
        sessions = {component.process.pid for component in own.components.values()}
        assert len(members(sessions)) > len(sessions)
    assert members(sessions) == []


def test_stack_reports_dead_component_with_end_of_its_log(tmp_path: Path) -> None:
    with local_stack(tmp_path / "home", airflow=False) as own:
        own.check()
        psutil.Process(own.components["ministack"].pid()).kill()
        own.components["ministack"].process.wait(10)
        with pytest.raises(StackError, match="ministack has ended with exit code 137"):
            own.check()
