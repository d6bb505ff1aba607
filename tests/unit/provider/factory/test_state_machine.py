"""The graph of tasks that each state machine becomes."""

import json
import os
from pathlib import Path

import pytest
from airflow.sdk.configuration import conf

from airflow_provider_media.core.dag_ids import STATE_STOP, STATE_TASK, STATE_WAIT
from airflow_provider_media.core.errors import StateMachineInvalid
from airflow_provider_media.core.statelang import TaskFailed
from airflow_provider_media.core.task_ids import CHILD_TASK, RESULT
from airflow_provider_media.factory.durable_machine import child_run_dags
from airflow_provider_media.factory.state_machine import state_machine_dag
from airflow_provider_media.factory.state_machines import dags_from_state_machines, raise_state_machine_errors
from airflow_provider_media.state_machines.native.task import TaskStateOperator
from airflow_provider_media.state_machines.resources.integrations import invoke
from airflow_provider_media.state_machines.resources.invocation_context import InvocationContext

ROOT = Path(__file__).parents[4]
GOLDEN = ROOT / "tests" / "golden" / "machines"
SHIPPED = ROOT / "include" / "state_machines"
CASES = json.loads((ROOT / "tests" / "dags" / "state_machines" / "cases.json").read_text())
NATIVE = ("parallel_ladder", "previews")
SHAPED = {name: case["definition"] for name, case in CASES.items()} | {
    name: json.loads((SHIPPED / f"{name}.json").read_text()) for name in NATIVE
}


def shape(dag):
    """What a change of a DAG would show in: tasks with their rules, edges with their labels."""
    return {
        task.task_id: {
            "operator": type(task).__name__,
            "trigger_rule": str(task.trigger_rule.value),
            "retries": task.retries,
            "downstream": {
                each: dag.get_edge_info(task.task_id, each).get("label", "")
                for each in sorted(task.downstream_task_ids)
            },
            "mapped": next(task.iter_mapped_task_groups(), None) is not None,
            "at_once": task.max_active_tis_per_dagrun,
        }
        for task in dag.tasks
    }


@pytest.mark.parametrize("name", SHAPED)
def test_the_graph_of_a_machine_is_the_golden_one(name):
    found = shape(state_machine_dag(name, SHAPED[name], call=lambda *_: None))
    path = GOLDEN / f"{name}.json"
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
    assert found == json.loads(path.read_text())


def test_state_machine_dag_with_call_stand_in_waits_for_nothing():
    definition = SHAPED["waits_answered_by_who_stands_in"]
    resources = [state["Resource"] for state in definition["States"].values() if state["Type"] == "Task"]

    def waited_for(**more):
        dag = state_machine_dag("waits", definition, **more)
        tasks = [task for task in dag.tasks if isinstance(task, TaskStateOperator)]
        return {resource for task, resource in zip(tasks, resources, strict=True) if task.waits(resource) is not None}

    assert waited_for() == set(resources) - {"test:fail"}
    assert waited_for(call=lambda *_: None) == set()


def test_the_shipped_machines_become_dags_without_errors():
    assert sorted(dags_from_state_machines(SHIPPED)) == sorted(
        f"state_machine_{path.stem}" for path in SHIPPED.glob("*.json")
    )
    raise_state_machine_errors(SHIPPED)


def test_unreadable_machine_file_is_reported_with_reason_and_hides_nothing(tmp_path):
    (tmp_path / "broken.json").write_text("{")
    (tmp_path / "no name.json").write_text("{}")
    (tmp_path / "good.json").write_text((SHIPPED / "previews.json").read_text())
    assert list(dags_from_state_machines(tmp_path)) == ["state_machine_good"]
    with pytest.raises(StateMachineInvalid) as raised:
        raise_state_machine_errors(tmp_path)
    assert f"{tmp_path / 'broken.json'}:1:2: The definition is no JSON" in raised.value.message
    assert "the file's name becomes the DAG's" in raised.value.message


def test_machine_without_task_graph_becomes_one_task_and_documents_why():
    dag = state_machine_dag("loop", json.loads((SHIPPED / "wait_for_upload.json").read_text()))
    assert [type(task).__name__ for task in dag.tasks] == ["MachineExecutionOperator"]
    assert dag.dag_id == "state_machine_loop"
    assert "One task drives the machine" in dag.doc_md
    assert "it loops: " in dag.doc_md


def test_one_task_may_be_requested_where_graph_would_do():
    dag = state_machine_dag("previews", SHAPED["previews"], durable=True)
    assert [task.task_id for task in dag.tasks] == [RESULT]
    assert "it was asked for" in dag.doc_md


def test_unknown_resource_fails_only_when_called():
    machine = {"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "media:transmogrify", "End": True}}}
    assert state_machine_dag("odd", machine).task_dict.keys() == {"A", RESULT}
    with pytest.raises(TaskFailed, match="media:transmogrify does not exist; there are media:probe"):
        invoke("media:transmogrify", {}, {}, InvocationContext(id="w"))


def test_work_and_waits_of_executions_have_dags_of_their_own():
    dags = child_run_dags()
    assert {dag_id: dag.task_dict[CHILD_TASK].pool for dag_id, dag in dags.items()} == {
        STATE_TASK: conf.get("media", "pool"),
        STATE_WAIT: "default_pool",
        STATE_STOP: "default_pool",
    }
    assert not any(dag.is_paused_upon_creation for dag in dags.values())


def test_airflow_can_write_the_dag_down():
    from airflow.serialization.serialized_objects import DagSerialization

    dag = state_machine_dag("map_in_parallel", SHAPED["map_in_parallel"], call=lambda *_: None)
    back = DagSerialization.from_dict(DagSerialization.to_dict(dag))
    assert {task.task_id for task in back.tasks} == {task.task_id for task in dag.tasks}


def test_documentation_says_machine_purpose_and_why_it_is_task_graph():
    words = state_machine_dag("previews", SHAPED["previews"]).doc_md
    assert words.startswith(SHAPED["previews"]["Comment"])
    assert "no way back, no Map inside a Map" in words


def test_a_run_ends_when_the_machine_has_to():
    dag = state_machine_dag("short", {"TimeoutSeconds": 90, "StartAt": "A", "States": {"A": {"Type": "Succeed"}}})
    assert dag.dagrun_timeout.total_seconds() == 90


def test_what_stands_beside_a_machine_is_in_its_dag(tmp_path):
    task = {"StartAt": "T", "States": {"T": {"Type": "Task", "Resource": "http:invoke", "End": True}}}
    (tmp_path / "plain.json").write_text(json.dumps(task))
    (tmp_path / "plain.yaml").write_text("connection: media_s3\ntags: [film]\nschedule: '@daily'\n")
    dag = dags_from_state_machines(tmp_path)["state_machine_plain"]
    assert dag.get_task("T").connection == "media_s3"
    assert {"media", "state-machine", "film"} <= dag.tags
    assert dag.schedule.expression == "0 0 * * *"


def test_express_machine_becomes_one_express_task_with_its_connection(tmp_path):
    for name, resource in (("calls", "http:invoke"), ("works", "media:probe")):
        task = {"StartAt": "T", "States": {"T": {"Type": "Task", "Resource": resource, "End": True}}}
        (tmp_path / f"{name}.json").write_text(json.dumps(task))
        (tmp_path / f"{name}.yaml").write_text("type: express\nconnection: media_s3\n")
    dags = dags_from_state_machines(tmp_path)
    assert [dag.task_ids for dag in dags.values()] == [["result"], ["result"]]
    assert {type(dag.get_task("result")).__name__ for dag in dags.values()} == {"ExpressOperator"}
    assert {dag.get_task("result").connection for dag in dags.values()} == {"media_s3"}


def test_a_mistake_beside_a_machine_takes_no_other_machine_away(tmp_path):
    passing = {"StartAt": "P", "States": {"P": {"Type": "Pass", "End": True}}}
    for name, beside in (("good", "tags: [film]"), ("bad", "tag: [film]"), ("never", "schedule: every day")):
        (tmp_path / f"{name}.json").write_text(json.dumps(passing))
        (tmp_path / f"{name}.yaml").write_text(f"{beside}\n")
    assert list(dags_from_state_machines(tmp_path)) == ["state_machine_good"]
    with pytest.raises(StateMachineInvalid) as raised:
        raise_state_machine_errors(tmp_path)
    told = raised.value.message
    assert "bad.yaml:1:1: tag: " in told
    assert "Did you mean 'tags'?" in told
    assert "never.yaml:1:1: schedule: " in told


def test_schedule_airflow_cannot_run_takes_no_other_machine_away(tmp_path):
    passing = {"StartAt": "P", "States": {"P": {"Type": "Pass", "End": True}}}
    for name, schedule in (("good", "'@once'"), ("endless", "'@continuous'")):
        (tmp_path / f"{name}.json").write_text(json.dumps(passing))
        (tmp_path / f"{name}.yaml").write_text(f"schedule: {schedule}\n")
    assert list(dags_from_state_machines(tmp_path)) == ["state_machine_good"]
    with pytest.raises(StateMachineInvalid, match=r"endless\.yaml:1:1: schedule: '@continuous' is no cron expression"):
        raise_state_machine_errors(tmp_path)
