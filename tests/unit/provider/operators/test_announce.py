from datetime import UTC, datetime

import pytest
from airflow.sdk.definitions.retry_policy import RetryAction
from airflow.sdk.exceptions import AirflowFailException, TaskDeferred

from airflow_provider_media.core.announcements.errors import DeliveryFailed, TargetGone
from airflow_provider_media.core.announcements.event import JobReport
from airflow_provider_media.core.announcements.outbox import announcement
from airflow_provider_media.core.announcements.schedule import DELAYS, RETRIES
from airflow_provider_media.core.announcements.target import Target
from airflow_provider_media.core.dag_ids import ANNOUNCE
from airflow_provider_media.core.job_states import JobState
from airflow_provider_media.hooks.signing import sign
from airflow_provider_media.operators.announce import DeliverOperator, DeliveryRetryPolicy, TargetsOperator
from tests.task_contexts import task_context

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
TARGETS = (
    Target(kind="url", address="https://hooks.example/in?token=secret"),
    Target(kind="sns", address="arn:aws:sns:eu-west-1:000000000000:ends"),
)
REPORT = JobReport(
    job_id="9f2c", account="a", workflow="vod", priority="normal", state=JobState.SUCCEEDED, source="s3://in/a.mp4"
)


ONE = announcement(REPORT, TARGETS, time=NOON)


def context(**run):
    conf = sign(ONE.to_json(), dag_id=ANNOUNCE, run_id=ONE.run_id)
    return task_context(ANNOUNCE, **{"run_id": ONE.run_id, "conf": conf, **run})


@pytest.mark.parametrize("run", [{"conf": ONE.to_json()}, {"conf": None}, {"run_id": "another"}])
@pytest.mark.parametrize(
    "operator", [TargetsOperator(task_id="targets"), DeliverOperator(task_id="deliver", target={"index": 0})]
)
def test_announcement_without_a_valid_signature_is_refused(operator, run):
    with pytest.raises(AirflowFailException, match="conf_untrusted: This run announces nothing"):
        operator.execute(context(**run))


def test_targets_are_named_without_anything_secret():
    assert TargetsOperator(task_id="targets").execute(context()) == [
        {"index": 0, "name": "https://hooks.example/in"},
        {"index": 1, "name": "sns ends"},
    ]


def test_a_url_is_called_without_a_worker():
    with pytest.raises(TaskDeferred) as deferred:
        DeliverOperator(task_id="deliver", target={"index": 0, "name": "x"}).execute(context())
    assert deferred.value.trigger.target["address"] == TARGETS[0].address
    assert deferred.value.trigger.event["type"] == "job.succeeded"


def test_delivery_failure_in_triggerer_fails_task_with_message_and_detail():
    operator = DeliverOperator(task_id="deliver", target={"index": 0, "name": "x"})
    with pytest.raises(DeliveryFailed, match="answered with 503") as failed:
        operator.not_delivered(context(), DeliveryFailed("it answered with 503", retry_after=9).to_json())
    assert failed.value.detail == {"retry_after": 9}


def test_target_gone_fails_task_without_retry():
    operator = DeliverOperator(task_id="deliver", target={"index": 0, "name": "x"})
    with pytest.raises(AirflowFailException, match="target_gone"):
        operator.not_delivered(context(), TargetGone("it is gone").to_json())


@pytest.mark.parametrize("attempt", range(1, RETRIES + 1))
def test_failed_delivery_attempt_is_retried_after_next_delay_of_schedule(attempt):
    decision = DeliveryRetryPolicy().evaluate(DeliveryFailed("busy"), attempt, RETRIES)
    assert decision.action is RetryAction.RETRY
    assert DELAYS[attempt] <= decision.retry_delay.total_seconds() <= DELAYS[attempt] * 1.1


def test_last_failed_delivery_attempt_fails_and_says_how_to_restart():
    decision = DeliveryRetryPolicy().evaluate(DeliveryFailed("busy"), RETRIES + 1, RETRIES)
    assert (decision.action, "clear this task" in decision.reason) == (RetryAction.FAIL, True)


def test_retry_after_of_receiver_and_unforeseen_error_are_both_retried():
    asked = DeliveryRetryPolicy().evaluate(DeliveryFailed("busy", retry_after=600.0), 1, RETRIES)
    unforeseen = DeliveryRetryPolicy().evaluate(ZeroDivisionError(), 1, RETRIES)
    assert asked.retry_delay.total_seconds() == 600
    assert unforeseen.action is RetryAction.RETRY


def test_the_policy_survives_its_way_into_the_database():
    assert isinstance(DeliveryRetryPolicy.deserialize(DeliveryRetryPolicy().serialize()), DeliveryRetryPolicy)
