import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from airflow.sdk.definitions._internal.expandinput import DictOfListsExpandInput

from airflow_provider_media.core.accounts.accounts import Account
from airflow_provider_media.core.workflows.freezing import freeze
from airflow_provider_media.core.workflows.parsing import build_workflow
from airflow_provider_media.factory.announce import announce_dag
from airflow_provider_media.factory.arrivals import watch_on_schedule, watch_uploads
from airflow_provider_media.factory.durable_machine import child_run_dags
from airflow_provider_media.factory.ingest import account_dags
from airflow_provider_media.factory.upload_queues import drain_queues
from airflow_provider_media.factory.workflow import workflow_dag

GOLDEN = Path(__file__).parents[3] / "golden" / "dags"
FIELDS = {
    "name": "vod",
    "description": "Pictures of every upload",
    "trigger": {"bucket": "media-in", "prefix": "uploads/", "suffixes": [".mp4"]},
    "output": {"location": "s3://media-out/vod/"},
    "outputs": {
        "poster": {"kind": "snapshots", "at": ["10%"], "path": "{input_name}/poster.{format}"},
        "preview": {"kind": "animated_image", "required": False},
    },
    "tags": ["catalogue"],
}


def frozen(**fields):
    return freeze(build_workflow({**FIELDS, **fields}))


def shape(dag):
    """What a change of a DAG would show in, as JSON."""
    return {
        "dag_id": dag.dag_id,
        "schedule": str(dag.schedule),
        "max_active_runs": dag.max_active_runs,
        "tags": sorted(dag.tags),
        "params": {name: dag.params.get_param(name).schema for name in dag.params},
        "doc_md": (dag.doc_md or "").split("\n"),
        "tasks": {task.task_id: _task(task) for task in dag.tasks},
    }


def _task(task):
    operator = task.operator_class if task.is_mapped else type(task)
    return {
        "operator": operator.__name__,
        "downstream": sorted(task.downstream_task_ids),
        "mapped_over": sorted(task.expand_input.value)
        if task.is_mapped and isinstance(task.expand_input, DictOfListsExpandInput)
        else [],
        "map_index_template": task.map_index_template,
        "trigger_rule": str(task.trigger_rule),
        "pool": task.pool,
        "weight": [str(task.weight_rule), task.priority_weight],
        "retries": task.retries,
        "links": sorted(link.name for link in task.operator_extra_links),
    }


@pytest.mark.parametrize(
    ("name", "dag"),
    [
        ("workflow", lambda: workflow_dag(frozen())),
        ("arrivals", lambda: watch_uploads([frozen(), frozen(name="by_hand", trigger=None)])),
    ],
)
def test_the_shape_of_a_dag_is_the_golden_one(name, dag):
    found = json.loads(json.dumps(shape(dag())))
    assert found == json.loads((GOLDEN / f"{name}.json").read_text())


def test_plumbing_dags_start_unpaused_and_workflows_as_airflow_says():
    own = {"name": "nightly", "schedule": "@daily"}
    plumbing = [
        announce_dag(),
        watch_uploads([frozen()]),
        watch_on_schedule(frozen(**own), datetime(2026, 1, 1, tzinfo=UTC)),
        drain_queues([]),
        *account_dags(Account()),
        *child_run_dags().values(),
    ]
    assert {dag.dag_id for dag in plumbing if dag.is_paused_upon_creation is not False} == set()
    assert {dag.dag_id for dag in plumbing if "plumbing" not in dag.tags} == set()
    assert workflow_dag(frozen()).is_paused_upon_creation is None


def test_all_workflows_have_one_shape():
    other = frozen(name="report", trigger=None, outputs={"facts": {"kind": "probe_report"}})
    edges = [
        {task.task_id: sorted(task.downstream_task_ids) for task in workflow_dag(each).tasks}
        for each in (frozen(), other)
    ]
    assert edges[0] == edges[1]


def test_workflow_may_name_pool_otherwise_configuration_names_it(monkeypatch):
    monkeypatch.setenv("AIRFLOW__MEDIA__POOL", "media_cpu")
    pools = [{task.pool for task in workflow_dag(frozen(pool=pool)).tasks} for pool in (None, "own")]
    assert pools == [{"media_cpu"}, {"own"}]


def test_low_priority_weighs_less_than_any_normal_task():
    weights = {
        priority: {task.priority_weight for task in workflow_dag(frozen(priority=priority)).tasks}
        for priority in ("normal", "low")
    }
    assert max(weights["low"]) < min(weights["normal"])


def test_a_run_by_hand_needs_a_source_and_nothing_else():
    params = workflow_dag(frozen()).params
    assert params.get_param("output").resolve() is None
    with pytest.raises(Exception, match="No value passed and Param has no default value"):
        params.get_param("source").resolve()


def test_dag_carries_nothing_changed_by_edit_of_workflow_output():
    from airflow.serialization.serialized_objects import DagSerialization

    def without_documentation(outputs):
        dag = DagSerialization.to_dict(workflow_dag(frozen(outputs=outputs)))["dag"]
        return {name: value for name, value in dag.items() if name != "doc_md"}

    small, large = ({"poster": {"kind": "snapshots", "at": [1], "width": width}} for width in (100, 200))
    assert without_documentation(small) == without_documentation(large)
