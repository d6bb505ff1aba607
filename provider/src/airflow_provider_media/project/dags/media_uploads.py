"""The Airflow DAG that submits a job for each upload that an SQS queue announces."""

from airflow_provider_media.factory import uploads_dag

media_uploads = uploads_dag()
