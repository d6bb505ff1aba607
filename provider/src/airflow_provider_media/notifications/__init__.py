"""Notifiers: callbacks for any DAG."""
