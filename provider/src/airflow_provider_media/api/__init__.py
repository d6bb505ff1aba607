"""The REST API: an app of its own in Airflow's API server, behind Airflow's authentication."""
