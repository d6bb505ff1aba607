"""The domain: media, plans, workflows and state machines, without Airflow."""
