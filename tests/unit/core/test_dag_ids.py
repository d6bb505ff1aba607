import pytest

from airflow_provider_media.core import dag_ids
from airflow_provider_media.core.accounts.priorities import PRIORITIES


def test_ingest_dag_ids_of_the_default_account_have_no_suffix():
    assert dag_ids.ingest_dag_ids("default") == ("media_ingest_normal", "media_ingest_low")
    assert dag_ids.ingest_dag_ids("acme") == ("media_ingest_normal__acme", "media_ingest_low__acme")


def test_workflow_of_dag_is_the_inverse_of_workflow_dag_id():
    assert dag_ids.workflow_dag_id("vod") == "media_vod"
    assert dag_ids.workflow_of_dag("media_vod") == "vod"


@pytest.mark.parametrize("account", ["default", "acme", "acme__corp", "low"])
@pytest.mark.parametrize("priority", PRIORITIES)
def test_queue_of_dag_is_the_inverse_of_ingest_dag_id(account, priority):
    assert dag_ids.queue_of_dag(dag_ids.ingest_dag_id(account, priority)) == (account, priority)


@pytest.mark.parametrize("dag_id", ["media_vod", "media_ingest", "media_ingest_high", "media_ingest_normal_x", ""])
def test_queue_of_dag_refuses_any_other_dag(dag_id):
    with pytest.raises(ValueError, match="is no queue"):
        dag_ids.queue_of_dag(dag_id)
