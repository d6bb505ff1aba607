"""Where jobs are written down: in Airflow's runs, so that there is one truth about them.

``database`` serves the API server and the commands, ``task`` serves tasks, which have no database.
"""
