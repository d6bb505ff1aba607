import json
import stat
from pathlib import Path

import pytest

from demo.airflow_home import DATABASE_URL, environment, of_component, options, read_secrets


def options_of(home: Path) -> dict[str, str]:
    return options(home, port=8080, dags=home / "dags", plugins=home / "plugins")


def test_secrets_of_home_made_once_differ_between_homes(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    one.mkdir()
    other.mkdir()
    first = read_secrets(one)
    assert first == read_secrets(one)
    assert not set(first.values()) & set(read_secrets(other).values())


def test_nobody_but_the_owner_can_read_the_secrets(tmp_path: Path) -> None:
    read_secrets(tmp_path)
    assert {stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("secrets.json", "passwords.json")} == {0o600}


def test_the_callers_airflow_and_aws_settings_stay_outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("AIRFLOW__CORE__EXECUTOR", "CeleryExecutor")
    monkeypatch.setenv("AIRFLOW_CONN_PRODUCTION", "aws://")
    variables = environment(options_of(tmp_path), tmp_path, "http://127.0.0.1:4566")
    assert not {"AWS_PROFILE", "AIRFLOW_CONN_PRODUCTION"} & set(variables)
    assert variables["AIRFLOW__CORE__EXECUTOR"] == "LocalExecutor"


def test_environment_points_every_client_to_stand_in_endpoint(tmp_path: Path) -> None:
    variables = environment(options_of(tmp_path), tmp_path, "http://127.0.0.1:4566")
    connection = json.loads(variables["AIRFLOW_CONN_MEDIA_S3"])
    assert connection["extra"]["endpoint_url"] == variables["AWS_ENDPOINT_URL"] == "http://127.0.0.1:4566"


@pytest.mark.parametrize("name", ["scheduler", "triggerer", "dag-processor"])
def test_of_component_sqlite_beside_api_server_gets_longer_timeout(name: str) -> None:
    assert of_component(name, {DATABASE_URL: "sqlite:////home/airflow.db"}) == {
        DATABASE_URL: "sqlite:////home/airflow.db?timeout=60"
    }


def test_of_component_api_server_and_other_databases_unchanged() -> None:
    for name, url in (("api-server", "sqlite:////home/airflow.db"), ("scheduler", "postgresql://127.0.0.1/airflow")):
        assert of_component(name, {DATABASE_URL: url}) == {DATABASE_URL: url}
