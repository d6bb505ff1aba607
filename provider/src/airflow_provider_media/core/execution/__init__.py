"""Stages of one job; each stage is a function that an Airflow task or the command line calls."""
