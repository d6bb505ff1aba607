"""The Airflow DAG that prunes finished work which no job has used for long."""

from airflow_provider_media.factory import maintenance_dag

media_maintenance = maintenance_dag()
