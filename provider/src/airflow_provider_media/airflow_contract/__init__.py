"""What this package and Airflow agree on, each fact in one place: keys and records of XComs, ids of runs, states."""
