"""Commands below ``airflow media``, which also run without Airflow as ``python -m airflow_provider_media.cli``."""
