"""An Airflow DAG that probes a source whose place has archived objects restored."""

from airflow.sdk import DAG

from airflow_provider_media.operators.probe import ProbeOperator

with DAG("archived_source", schedule=None, params={"source": ""}):
    ProbeOperator(task_id="probe", source="{{ params.source }}", source_conn_id="media_archive")
