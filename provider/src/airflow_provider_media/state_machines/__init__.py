"""States of state machines as Airflow tasks."""
