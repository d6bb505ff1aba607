"""State machines that wait for somebody; what a task sends its token to answers as its arguments say."""

from airflow_provider_media.core.statelang import TaskFailed
from airflow_provider_media.factory.state_machine import state_machine_dag
from airflow_provider_media.state_machines.native.task import TaskStateOperator
from airflow_provider_media.state_machines.waits.waits import wait_of


def send(resource, arguments, context, work=None):
    """Do with the token what the arguments tell: answer before the task sleeps, or never."""
    from airflow_provider_media.job_store import task_tokens

    if resource == "test:respond":
        return respond(context["Execution"]["Name"], arguments["chosen"])
    if resource != "test:send":
        raise TaskFailed("Test.NoSuchThing", resource)
    assert arguments["token"] == context["Task"]["Token"]
    if "answer" in arguments:
        task_tokens.answer(arguments["token"], arguments["answer"])
    return {"sent": True}


def respond(run_id, chosen):
    """Choose for a person, as Airflow's page of required actions does."""
    from datetime import UTC, datetime

    from airflow.models import TaskInstance
    from airflow.models.hitl import HITLDetail
    from airflow.models.trigger import handle_event_submit
    from airflow.triggers.base import TriggerEvent
    from airflow.utils.session import create_session
    from sqlalchemy import select

    with create_session(scoped=False) as session:
        task = session.scalar(
            select(TaskInstance).where(TaskInstance.run_id == run_id, TaskInstance.state == "awaiting_input")
        )
        if task is None:
            raise TaskFailed("Test.NotYet")
        detail = session.get(HITLDetail, task.id)
        detail.chosen_options, detail.responded_at, detail.responded_by = (
            [chosen],
            datetime.now(UTC),
            {"id": "ann", "name": "Ann"},
        )
        handle_event_submit(TriggerEvent(detail.as_resume_event_payload()), task_instance=task, session=session)
    return chosen


def ask_a_person(chosen):
    question = {
        "Type": "Task",
        "Resource": "media:approval",
        "Parameters": {"subject": "Publish it?", "body.$": "$.film"},
        "ResultSelector": {"chosen.$": "$.chosen", "by.$": "$.by"},
        "End": True,
    }
    respond = {
        "Type": "Task",
        "Resource": "test:respond",
        "Parameters": {"chosen": chosen},
        "Retry": [{"ErrorEquals": ["Test.NotYet"], "IntervalSeconds": 1, "MaxAttempts": 20, "BackoffRate": 1.0}],
        "End": True,
    }
    branches = [{"StartAt": name, "States": {name: state}} for name, state in (("Ask", question), ("Respond", respond))]
    both = {
        "Type": "Parallel",
        "Branches": branches,
        "OutputPath": "$[0]",
        "Catch": [{"ErrorEquals": ["approval_rejected"], "Next": "Caught"}],
        "End": True,
    }
    return {"StartAt": "Both", "States": {"Both": both, "Caught": {"Type": "Pass", "End": True}}}


def ask(**fields):
    return {
        "Type": "Task",
        "Resource": "test:send.waitForTaskToken",
        "Parameters": {"token.$": "$$.Task.Token", **fields.pop("told", {})},
        "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Caught"}],
        "End": True,
        **fields,
    }


def machine(**fields):
    return {"StartAt": "Ask", "States": {"Ask": ask(**fields), "Caught": {"Type": "Pass", "End": True}}}


EACH = {
    "StartAt": "Each",
    "States": {
        "Each": {
            "Type": "Map",
            "ItemsPath": "$.items",
            "ItemSelector": {"value.$": "$$.Map.Item.Value"},
            "ItemProcessor": {
                "StartAt": "Ask",
                "States": {
                    "Ask": {
                        "Type": "Task",
                        "Resource": "test:send.waitForTaskToken",
                        "Parameters": {"token.$": "$$.Task.Token", "answer": {"output.$": "$.value"}},
                        "End": True,
                    }
                },
            },
            "End": True,
        }
    },
}
MACHINES = {
    "answered_at_once": machine(told={"answer": {"output": {"approved": True}}}),
    "refused": machine(told={"answer": {"error": "Rejected", "cause": "No."}}),
    "timed_out": machine(TimeoutSeconds=1),
    "heart_stopped": machine(
        TimeoutSeconds=100, HeartbeatSeconds=1, Catch=[{"ErrorEquals": ["States.HeartbeatTimeout"], "Next": "Caught"}]
    ),
    "not_sent": machine(Resource="test:nothing.waitForTaskToken"),
    "each": EACH,
    "approved": ask_a_person("Approve"),
    "rejected": ask_a_person("Reject"),
}
for name, definition in MACHINES.items():
    dag = state_machine_dag(f"waits_{name}", definition, call=send)
    for task in dag.tasks:
        if isinstance(task, TaskStateOperator):
            # What stands in for calls would stand in for the waits as well.
            task.waits = wait_of
    globals()[dag.dag_id] = dag
