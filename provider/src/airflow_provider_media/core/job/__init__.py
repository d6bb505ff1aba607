"""One job's stages, each a function that an Airflow task or the command line calls."""
