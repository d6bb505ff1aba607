"""Checks of ``airflow media doctor``: each module checks one part of a deployment and yields its results."""
