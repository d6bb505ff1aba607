"""State machines that wait for somebody; what a task sends its token to answers as its arguments say."""

from airflow_provider_media.core.statelang import TaskFailed
from airflow_provider_media.factory.state_machine import state_machine_dag


def send(resource, arguments, context, work=None):
    """Do with the token what the arguments tell: answer before the task sleeps, or never."""
    from airflow_provider_media.ledger import answers

    if resource != "test:send":
        raise TaskFailed("Test.NoSuchThing", resource)
    assert arguments["token"] == context["Task"]["Token"]
    if "answer" in arguments:
        answers.answer(arguments["token"], arguments["answer"])
    return {"sent": True}


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
}
for name, definition in MACHINES.items():
    dag = state_machine_dag(f"waits_{name}", definition, call=send)
    globals()[dag.dag_id] = dag
