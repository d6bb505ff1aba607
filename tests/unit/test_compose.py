import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = ROOT / "docker-compose.yaml"
AIRFLOW = ("api-server", "scheduler", "dag-processor", "triggerer", "worker")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return yaml.safe_load(COMPOSE.read_text())


def test_the_twin_has_every_part_of_a_distributed_airflow(compose: dict[str, Any]) -> None:
    assert set(compose["services"]) == {*AIRFLOW, "postgres", "redis", "ministack", "migrate"}


def test_every_long_running_service_says_whether_it_is_healthy(compose: dict[str, Any]) -> None:
    silent = [name for name, service in compose["services"].items() if "healthcheck" not in service and name != "migrate"]
    assert silent == []


@pytest.mark.parametrize("service", AIRFLOW)
def test_an_airflow_service_sees_the_project_read_only(compose: dict[str, Any], service: str) -> None:
    mounts = compose["services"][service]["volumes"]
    assert {f"./{folder}:/opt/airflow/{folder}:ro" for folder in ("dags", "plugins", "include")} <= set(mounts)


@pytest.mark.parametrize("service", AIRFLOW)
def test_an_airflow_service_starts_after_the_migration(compose: dict[str, Any], service: str) -> None:
    assert compose["services"][service]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}


def test_ports_are_published_on_loopback_only(compose: dict[str, Any]) -> None:
    ports = [port for service in compose["services"].values() for port in service.get("ports", [])]
    assert len(ports) == 2
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_the_connection_to_s3_is_json_that_points_at_the_stand_in(compose: dict[str, Any]) -> None:
    connection = json.loads(compose["services"]["worker"]["environment"]["AIRFLOW_CONN_MEDIA_S3"])
    assert connection["extra"]["endpoint_url"] == "http://ministack:4566"


def test_every_named_volume_that_is_used_is_declared(compose: dict[str, Any]) -> None:
    used = {mount.split(":")[0] for service in compose["services"].values() for mount in service.get("volumes", [])}
    assert {name for name in used if not name.startswith(".")} == set(compose["volumes"])


def test_the_fallback_fernet_key_is_a_valid_key(compose: dict[str, Any]) -> None:
    from cryptography.fernet import Fernet

    fallback = re.fullmatch(r"\$\{FERNET_KEY:-(.+)\}", compose["services"]["scheduler"]["environment"]["AIRFLOW__CORE__FERNET_KEY"])
    assert fallback is not None
    assert Fernet(fallback[1]).encrypt(b"text")


def test_include_holds_no_python() -> None:
    assert list((ROOT / "include").rglob("*.py")) == []


def test_the_image_and_the_requirements_name_the_same_airflow() -> None:
    image = re.search(r"^FROM apache/airflow:(\d+\.\d+)\.", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert image is not None
    assert f"apache-airflow>={image[1]}," in (ROOT / "requirements.txt").read_text()


def test_docker_compose_accepts_the_file() -> None:
    docker = shutil.which("docker")
    if docker is None or subprocess.run([docker, "compose", "version"], capture_output=True, check=False).returncode:
        pytest.skip("no docker compose here")
    checked = subprocess.run([docker, "compose", "--file", COMPOSE, "config", "--quiet"], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
