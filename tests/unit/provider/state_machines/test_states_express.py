"""Express machines run to their end in one process."""

import pytest

from airflow_provider_media.core.statelang import TaskFailed, parse
from airflow_provider_media.state_machines.express import not_here, run_express
from airflow_provider_media.state_machines.resources.invocation_context import InvocationContext

MACHINE = parse(
    {
        "StartAt": "One",
        "States": {
            "One": {"Type": "Task", "Resource": "test:a", "ResultPath": "$.one", "Next": "Two"},
            "Two": {
                "Type": "Task",
                "Resource": "test:b",
                "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Caught"}],
                "End": True,
            },
            "Caught": {"Type": "Pass", "End": True},
        },
    }
)


def run(call, **more):
    return run_express(MACHINE, {"x": 1}, name="n", call=call, **more)


def test_tasks_use_connection_of_machine_and_have_unique_ids():
    seen = []
    ended = run(
        lambda resource, arguments, context, invocation: seen.append(invocation) or {"did": resource},
        connection="media_s3",
    )
    assert (ended.status, ended.output) == ("SUCCEEDED", {"did": "test:b"})
    assert {invocation.connection for invocation in seen} == {"media_s3"}
    assert len({invocation.id for invocation in seen}) == 2


def test_repeated_execution_has_same_invocation_ids():
    seen = []
    for _ in range(2):
        run(lambda resource, arguments, context, invocation: seen.append(invocation.id))
    assert seen[:2] == seen[2:]


def test_an_error_that_nobody_foresaw_is_a_failed_task():
    def call(resource, arguments, context, invocation):
        raise KeyError(resource)

    ended = run(call)
    assert (ended.status, ended.error, ended.cause) == ("FAILED", "States.TaskFailed", "KeyError: 'test:a'")


def test_servers_do_no_media_work():
    with pytest.raises(TaskFailed) as refused:
        not_here("media:transcode", {}, {}, InvocationContext(id="x"))
    assert refused.value.error == "States.Runtime"
