"""What Airflow's own buttons may do, and with which words the others are refused."""

import pytest

from airflow_provider_media.core.job_states import JobState
from airflow_provider_media.core.submission.manual_actions import (
    Button,
    JobNow,
    ManualAction,
    refuse_on_execution,
    refuse_on_manual_run,
    refuse_on_orphan,
    refuse_on_queue_run,
    refuse_on_task_run,
    refuse_on_workflow_run,
)

ENDED = [state for state in JobState if state.ended]


def job(state, *, is_closed=True, is_working=False, account="default"):
    return JobNow(job_id="j1", account=account, state=state, is_closed=is_closed, is_working=is_working)


def press(button, *tasks):
    return ManualAction(button=button, tasks=frozenset(tasks))


@pytest.mark.parametrize("state", [JobState.WAITING, JobState.RUNNING])
@pytest.mark.parametrize("button", Button)
def test_refuse_queue_run_of_unfinished_job_names_cancel_command(state, button):
    assert "`airflow media cancel j1 --account acme`" in refuse_on_queue_run(
        press(button), job(state, is_closed=False, account="acme")
    )


@pytest.mark.parametrize("button", [Button.SUCCEED, Button.FAIL, Button.SKIP, Button.QUEUE])
def test_refuse_queue_run_of_failed_job_names_retry_command(button):
    assert "`airflow media retry j1`" in refuse_on_queue_run(press(button), job(JobState.FAILED))


@pytest.mark.parametrize("state", [state for state in ENDED if state is not JobState.SUCCEEDED])
def test_refuse_queue_run_of_failed_job_allows_clear_and_delete(state):
    assert refuse_on_queue_run(press(Button.CLEAR), job(state)) is None
    assert refuse_on_queue_run(press(Button.DELETE), job(state)) is None


def test_refuse_queue_run_of_job_being_announced_asks_to_wait():
    assert "in a moment" in refuse_on_queue_run(press(Button.CLEAR), job(JobState.FAILED, is_closed=False))


def test_refuse_queue_run_of_succeeded_job_allows_clearing_announcement_only():
    assert refuse_on_queue_run(press(Button.CLEAR, "close"), job(JobState.SUCCEEDED)) is None
    assert "submit it again" in refuse_on_queue_run(press(Button.CLEAR, "close", "job"), job(JobState.SUCCEEDED))
    assert refuse_on_queue_run(press(Button.DELETE), job(JobState.SUCCEEDED)) is None
    assert refuse_on_queue_run(press(Button.DELETE, "job"), job(JobState.SUCCEEDED)) is not None


@pytest.mark.parametrize("button", Button)
def test_refuse_workflow_run_of_working_job_allows_only_clear_fail(button):
    refused = refuse_on_workflow_run(press(button), job(JobState.RUNNING, is_closed=False, is_working=True))
    assert (refused is None) == (button in {Button.CLEAR, Button.FAIL})
    assert refused is None or "airflow media cancel j1" in refused


def test_refuse_workflow_run_of_waiting_job_names_cancel_command():
    refused = refuse_on_workflow_run(press(Button.CLEAR), job(JobState.WAITING, is_closed=False))
    assert "airflow media cancel j1" in refused


def test_refuse_workflow_run_of_failed_job_allows_clear():
    assert refuse_on_workflow_run(press(Button.CLEAR), job(JobState.TIMED_OUT)) is None
    assert "airflow media retry j1" in refuse_on_workflow_run(press(Button.SUCCEED, "encode"), job(JobState.CANCELLED))
    assert "submit it again" in refuse_on_workflow_run(press(Button.CLEAR, "encode"), job(JobState.SUCCEEDED))
    assert "Delete the job's run in its queue first" in refuse_on_workflow_run(
        press(Button.DELETE), job(JobState.FAILED)
    )


def test_refuse_on_runs_without_a_job():
    assert refuse_on_manual_run(press(Button.CLEAR)) is None
    assert "nothing would be published" in refuse_on_manual_run(press(Button.SUCCEED, "publish"))
    assert refuse_on_orphan(press(Button.DELETE), "j1") is None
    assert "Submit its source again" in refuse_on_orphan(press(Button.CLEAR), "j1")


@pytest.mark.parametrize(
    ("button", "is_alive", "has_succeeded", "allowed"),
    [
        (Button.CLEAR, True, False, True),
        (Button.CLEAR, False, False, True),
        (Button.CLEAR, False, True, False),
        (Button.FAIL, True, False, True),
        (Button.FAIL, False, False, False),
        (Button.SUCCEED, True, False, False),
        (Button.SKIP, False, False, False),
        (Button.DELETE, False, True, True),
    ],
)
def test_refuse_on_execution_allows_redrive_and_stop(button, is_alive, has_succeeded, allowed):
    refused = refuse_on_execution(
        press(button), name="one", machine="review", is_alive=is_alive, has_succeeded=has_succeeded
    )
    assert (refused is None) == allowed


def test_refuse_task_run_of_execution_allows_fail_and_delete_only():
    allowed = {button for button in Button if refuse_on_task_run(press(button), execution="one") is None}
    assert allowed == {Button.FAIL, Button.DELETE}
