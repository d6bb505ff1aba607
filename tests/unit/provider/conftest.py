import pytest


@pytest.fixture(autouse=True)
def submission_key(monkeypatch):
    """The key that signs jobs, whatever the Airflow of this machine is configured with."""
    key = "key-of-the-tests-" + "0" * 32
    monkeypatch.setenv("AIRFLOW__MEDIA__SUBMISSION_KEYS", key)
    return key
