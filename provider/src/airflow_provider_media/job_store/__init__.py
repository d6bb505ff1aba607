"""The job store: jobs as runs of DAGs in Airflow's database.

``sql_store`` serves the API server and the commands. ``task_api_store`` serves tasks, which reach Airflow over its Task
API.
"""
