"""A state machine that calls a server by a connection, as a graph of tasks and as one task."""

from airflow_provider_media.factory.state_machine import state_machine_dag

CALL = {
    "Type": "Task",
    "Resource": "arn:aws:states:::http:invoke",
    "Parameters": {
        "ApiEndpoint.$": "$.url",
        "Method": "POST",
        "InvocationConfig": {"ConnectionArn": "studio"},
        "RequestBody": {"a": 1},
    },
    "ResultSelector": {"status.$": "$.StatusCode"},
    "Catch": [{"ErrorEquals": ["Events.ConnectionResource.AccessDenied"], "Next": "Refused"}],
    "End": True,
}
MACHINE = {"StartAt": "Call", "States": {"Call": CALL, "Refused": {"Type": "Pass", "Result": "refused", "End": True}}}
dags = [state_machine_dag("calls", MACHINE), state_machine_dag("calls_in_one_task", MACHINE, durable=True)]
globals().update({dag.dag_id: dag for dag in dags})
