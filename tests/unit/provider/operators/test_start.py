import pytest
from airflow.sdk.exceptions import DagRunTriggerException

from airflow_provider_media.core.workflows.freezing import freeze
from airflow_provider_media.core.workflows.parsing import build_workflow
from airflow_provider_media.operators.start import StartJobOperator


def test_an_upload_starts_one_run_with_the_frozen_workflow_and_nothing_in_its_name_is_rendered():
    vod = freeze(build_workflow({"name": "vod", "outputs": {"poster": {"kind": "snapshots", "at": [1]}}}))
    arrival = {"workflow": "vod", "dag_id": "media_vod", "run_id": "normal__1", "source": "s3://in/{{ 7 * 7 }}.mp4"}
    operator = StartJobOperator(task_id="start", arrival=arrival, workflows={"vod": vod})
    assert operator.template_fields == ()
    with pytest.raises(DagRunTriggerException) as caught:
        operator.execute({})
    trigger = caught.value
    assert (trigger.trigger_dag_id, trigger.dag_run_id, trigger.skip_when_already_exists) == ("media_vod", "normal__1", True)
    assert trigger.conf == {"source": "s3://in/{{ 7 * 7 }}.mp4", "workflow": vod.to_json()}
    assert trigger.logical_date is not None
