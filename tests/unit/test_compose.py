import importlib.util
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
WORKERS = ("worker", "worker-short")
AIRFLOW = ("api-server", "scheduler", "dag-processor", "triggerer", *WORKERS)


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return yaml.safe_load(COMPOSE.read_text())


def test_the_twin_has_every_part_of_a_distributed_airflow(compose: dict[str, Any]) -> None:
    assert set(compose["services"]) == {*AIRFLOW, "postgres", "redis", "ministack", "migrate"}


def test_every_long_running_service_says_whether_it_is_healthy(compose: dict[str, Any]) -> None:
    silent = [
        name for name, service in compose["services"].items() if "healthcheck" not in service and name != "migrate"
    ]
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


def test_s3_connection_is_json_with_endpoint_of_stand_in(compose: dict[str, Any]) -> None:
    connection = json.loads(compose["services"]["worker"]["environment"]["AIRFLOW_CONN_MEDIA_S3"])
    assert connection["extra"]["endpoint_url"] == "http://ministack:4566"


def test_every_named_volume_that_is_used_is_declared(compose: dict[str, Any]) -> None:
    used = {mount.split(":")[0] for service in compose["services"].values() for mount in service.get("volumes", [])}
    assert {name for name in used if not name.startswith(".")} == set(compose["volumes"])


def test_the_fallback_fernet_key_is_a_valid_key(compose: dict[str, Any]) -> None:
    from cryptography.fernet import Fernet

    fallback = re.fullmatch(
        r"\$\{FERNET_KEY:-(.+)\}", compose["services"]["scheduler"]["environment"]["AIRFLOW__CORE__FERNET_KEY"]
    )
    assert fallback is not None
    assert Fernet(fallback[1]).encrypt(b"text")


def settings() -> dict[str, str]:
    lines = (ROOT / "airflow.env").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


@pytest.mark.parametrize("service", [*AIRFLOW, "migrate"])
def test_every_airflow_service_reads_the_settings_file(compose: dict[str, Any], service: str) -> None:
    assert compose["services"][service]["env_file"] == "airflow.env"
    assert settings().keys().isdisjoint(compose["services"][service]["environment"])


def test_tools_have_a_queue_and_a_pool_of_their_own(compose: dict[str, Any]) -> None:
    queues = {name: re.search(r"--queues (\S+)", compose["services"][name]["command"]) for name in WORKERS}
    assert {name: found and found[1] for name, found in queues.items()} == {
        "worker": settings()["AIRFLOW__MEDIA__QUEUE"],
        "worker-short": "default",
    }
    assert f"airflow pools set {settings()['AIRFLOW__MEDIA__POOL']} " in compose["services"]["migrate"]["command"]


def test_results_name_a_driver_that_sqlalchemy_finds(compose: dict[str, Any]) -> None:
    assert compose["services"]["worker"]["environment"]["AIRFLOW__CELERY__RESULT_BACKEND"].startswith(
        "db+postgresql+psycopg2://"
    )


def test_every_service_but_the_migration_has_a_memory_limit(compose: dict[str, Any]) -> None:
    assert [name for name, service in compose["services"].items() if "mem_limit" not in service] == []


def test_redis_keeps_what_is_queued_over_a_restart(compose: dict[str, Any]) -> None:
    redis = compose["services"]["redis"]
    assert "--appendonly yes" in redis["command"]
    assert redis["volumes"] == ["redis:/data"]


def test_workers_have_a_scratch_volume_for_their_work(compose: dict[str, Any]) -> None:
    worker = compose["services"]["worker"]
    (mount,) = (volume for volume in worker["volumes"] if volume.startswith("scratch:"))
    assert worker["environment"]["AIRFLOW__MEDIA__WORK_DIRECTORY"].startswith(f"{mount.split(':')[1]}/")


def test_every_connection_of_the_shipped_workflows_is_in_the_file(compose: dict[str, Any]) -> None:
    named = set(
        re.findall(
            r"connection: (\w+)", "".join(path.read_text() for path in (ROOT / "include" / "workflows").glob("*.yaml"))
        )
    )
    assert {f"AIRFLOW_CONN_{name.upper()}" for name in named} <= compose["services"]["worker"]["environment"].keys()


def test_workers_preload_a_module_that_is_there() -> None:
    for name in json.loads(settings()["AIRFLOW__CELERY__EXTRA_CELERY_CONFIG"])["include"]:
        assert importlib.util.find_spec(name) is not None


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
    checked = subprocess.run(
        [docker, "compose", "--file", COMPOSE, "config", "--quiet"], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stderr
