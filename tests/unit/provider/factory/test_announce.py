from airflow.serialization.serialized_objects import DagSerialization

from airflow_provider_media.assets import workflow_assets
from airflow_provider_media.core.announcements.schedule import RETRIES
from airflow_provider_media.core.workflows.freezing import freeze
from airflow_provider_media.core.workflows.parsing import build_workflow
from airflow_provider_media.factory import announce_dag
from airflow_provider_media.factory.workflow import workflow_dag
from airflow_provider_media.operators.announce import DeliverOperator, DeliveryRetryPolicy


def test_each_target_is_named_task_with_retries_of_delivery_schedule():
    dag = announce_dag()
    deliver = dag.task_dict["deliver"]
    assert deliver.operator_class is DeliverOperator
    assert deliver.upstream_task_ids == {"targets"}
    assert deliver.retries == RETRIES
    assert isinstance(deliver.retry_policy, DeliveryRetryPolicy)
    assert deliver.map_index_template == "{{ task.target['name'] }}"


def test_announce_dag_waiting_run_blocks_no_other_run():
    assert announce_dag().max_active_runs >= 10_000


def test_announcing_outranks_encoding_and_may_have_its_own_pool(monkeypatch):
    monkeypatch.setenv("AIRFLOW__MEDIA__ANNOUNCE_POOL", "media_announce")
    encode = workflow_dag(freeze(build_workflow({"name": "w", "outputs": {"a": {"kind": "probe_report"}}}))).task_dict[
        "encode"
    ]
    for task in announce_dag().tasks:
        assert (task.pool, str(task.weight_rule)) == ("media_announce", "absolute")
        assert task.priority_weight > encode.priority_weight


def test_announce_dag_is_stored_by_airflow_with_retry_policy():
    stored = DagSerialization.to_dict(announce_dag())["dag"]["tasks"]
    deliver = next(task["__var"] for task in stored if task["__var"]["task_id"] == "deliver")
    assert deliver["_is_mapped"]
    assert "retry_policy" in str(deliver)


def test_last_task_of_workflow_alone_updates_its_assets():
    dag = workflow_dag(freeze(build_workflow({"name": "vod", "outputs": {"a": {"kind": "probe_report"}}})))
    outlets = {task.task_id: [asset.name for asset in task.outlets] for task in dag.tasks if task.outlets}
    assert outlets == {"publish": ["media://vod", "media://vod/jobs"]}
    assert [asset.name for asset in workflow_assets("vod")] == outlets["publish"]
