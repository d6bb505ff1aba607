"""An open video back end for Apache Airflow."""

__version__ = "0.1.0"
