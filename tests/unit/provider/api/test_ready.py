import logging
import sys

from airflow_provider_media.api import ready
from airflow_provider_media.core.errors import ConfigurationError
from airflow_provider_media.hooks import catalogue


def test_a_server_has_read_its_files_before_it_takes_requests(client):
    """``client`` is a server that has started."""
    before = catalogue._read_workflows.cache_info().misses
    catalogue.all_workflows()
    assert catalogue._read_workflows.cache_info().misses == before
    assert "airflow_provider_media.job_store.sql_store" in sys.modules


def test_a_wrong_file_does_not_keep_a_server_from_starting(monkeypatch, caplog):
    def refuse():
        raise ConfigurationError("queues.yaml: accounts must map names")

    monkeypatch.setattr(catalogue, "queues", refuse)
    with caplog.at_level(logging.WARNING):
        ready.prepare()
    assert "accounts must map names" in caplog.text
