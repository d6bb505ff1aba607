"""States as Airflow tasks."""
