"""The graph of tasks that each state machine becomes."""

import json
from pathlib import Path

import pytest

from airflow_provider_media.core.errors import StateMachineInvalid
from airflow_provider_media.factory.state_machine import state_machine_dag
from airflow_provider_media.factory.state_machines import dags_from_state_machines, load_machines, raise_state_machine_errors

ROOT = Path(__file__).parents[4]
GOLDEN = ROOT / "tests" / "golden" / "machines"
SHIPPED = ROOT / "include" / "state_machines"
CASES = json.loads((ROOT / "tests" / "dags" / "state_machines" / "cases.json").read_text())
SHAPED = {name: case["definition"] for name, case in CASES.items()} | {
    path.stem: json.loads(path.read_text()) for path in sorted(SHIPPED.glob("*.json"))
}


def shape(dag):
    """What a change of a DAG would show in: tasks with their rules, edges with their labels."""
    return {
        task.task_id: {
            "operator": type(task).__name__,
            "trigger_rule": str(task.trigger_rule.value),
            "retries": task.retries,
            "downstream": {each: dag.get_edge_info(task.task_id, each).get("label", "") for each in sorted(task.downstream_task_ids)},
            "mapped": next(task.iter_mapped_task_groups(), None) is not None,
            "at_once": task.max_active_tis_per_dagrun,
        }
        for task in dag.tasks
    }


@pytest.mark.parametrize("name", SHAPED)
def test_the_graph_of_a_machine_is_the_golden_one(name):
    found = shape(state_machine_dag(name, SHAPED[name], call=lambda *_: None))
    assert found == json.loads((GOLDEN / f"{name}.json").read_text())


def test_the_shipped_machines_become_dags_without_errors():
    loaded = load_machines(SHIPPED)
    assert sorted(loaded.dags) == ["state_machine_parallel_ladder", "state_machine_previews"]
    assert loaded.errors == ()
    assert sorted(dags_from_state_machines(SHIPPED)) == sorted(loaded.dags)
    raise_state_machine_errors(SHIPPED)


def test_what_cannot_be_a_dag_is_told_with_its_reason_and_hides_nothing(tmp_path):
    loop = json.loads((SHIPPED / "durable" / "wait_for_upload.json").read_text())
    (tmp_path / "loop.json").write_text(json.dumps(loop))
    (tmp_path / "broken.json").write_text("{")
    (tmp_path / "no name.json").write_text("{}")
    (tmp_path / "good.json").write_text((SHIPPED / "previews.json").read_text())
    assert list(load_machines(tmp_path).dags) == ["state_machine_good"]
    with pytest.raises(StateMachineInvalid) as raised:
        raise_state_machine_errors(tmp_path)
    assert "loop: this state machine cannot be a DAG with a task for each state: it loops: " in raised.value.message
    assert f"{tmp_path / 'broken.json'}: line 1, column 2" in raised.value.message
    assert "the file's name becomes the DAG's" in raised.value.message


def test_a_resource_that_nobody_can_call_is_refused_with_those_that_can():
    machine = {"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "media:transmogrify", "End": True}}}
    with pytest.raises(StateMachineInvalid, match="'A': media:transmogrify does not exist; there are media:probe"):
        state_machine_dag("odd", machine)


def test_airflow_can_write_the_dag_down():
    from airflow.serialization.serialized_objects import DagSerialization

    dag = state_machine_dag("map_in_parallel", SHAPED["map_in_parallel"], call=lambda *_: None)
    back = DagSerialization.from_dict(DagSerialization.to_dict(dag))
    assert {task.task_id for task in back.tasks} == {task.task_id for task in dag.tasks}


def test_the_documentation_says_what_it_is_for_and_why_it_is_a_graph_of_tasks():
    words = state_machine_dag("previews", SHAPED["previews"]).doc_md
    assert words.startswith(SHAPED["previews"]["Comment"])
    assert "no way back, no Map inside a Map" in words


def test_a_run_ends_when_the_machine_has_to():
    dag = state_machine_dag("short", {"TimeoutSeconds": 90, "StartAt": "A", "States": {"A": {"Type": "Succeed"}}})
    assert dag.dagrun_timeout.total_seconds() == 90
