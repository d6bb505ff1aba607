"""The services of docker-compose.yaml as processes of this machine: its commands, its settings and its addresses put on
loopback.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from demo import airflow_home, ministack
from demo.component import start, stop_all
from demo.job import make_buckets
from demo.stack import MINISTACK_VENV, ROOT, START_SECONDS, Stack, free_ports, start_ministack
from tests.distributed.postgres import postgres
from tests.install.new_user import Installed

SERVICES = ("api-server", "scheduler", "dag-processor", "triggerer", "worker", "worker-short")
"""What runs Airflow."""
EXTRA: Mapping[str, tuple[str, ...]] = {
    # One machine: a name for each worker, and no server of logs that listens to the whole network.
    "worker": ("--celery-hostname", "worker@here", "--skip-serve-logs"),
    "worker-short": ("--celery-hostname", "short@here", "--skip-serve-logs"),
    "scheduler": ("--skip-serve-logs",),
    "triggerer": ("--skip-serve-logs",),
    "api-server": ("--host", "127.0.0.1"),
}
PASSWORD = "password"


def compose() -> dict[str, Any]:
    """The content of docker-compose.yaml."""
    content: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yaml").read_text())
    return content


def settings_file() -> dict[str, str]:
    """The settings that docker-compose.yaml reads besides its own."""
    lines = (ROOT / compose()["services"]["scheduler"]["env_file"]).read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def resolved(text: str, variables: Mapping[str, str]) -> str:
    """A text of the file with its variables, or their defaults."""
    found = re.sub(r"\$\{(\w+):-([^}]*)\}", lambda match: variables.get(match[1], match[2]), str(text))
    return found.replace("$$", "$")


@contextmanager
def topology(
    top: Path, installed: Installed, *, project: Path, variables: Mapping[str, str], **options: str
) -> Iterator[Stack]:
    """Run the services for the length of a ``with`` block.

    :param top: folder of everything that the services write.
    :param project: folder with ``dags/`` and ``include/``.
    :param variables: those of the file, such as ``WORK_SLOTS``.
    :param options: further variables of the environment.
    """
    redis_port, api_port, s3_port = free_ports(3)
    with postgres(top / "postgres") as database:
        places = {
            "postgresql+psycopg2://airflow:airflow@postgres/airflow": database,
            "redis://redis:6379": f"redis://127.0.0.1:{redis_port}",
            "http://api-server:8080": f"http://127.0.0.1:{api_port}",
            "http://localhost:8080": f"http://127.0.0.1:{api_port}",
            "http://ministack:4566": f"http://127.0.0.1:{s3_port}",
            "http://localhost:4566": f"http://127.0.0.1:{s3_port}",
            "/opt/airflow": str(top),
        }

        def placed(text: str) -> str:
            for there, here in places.items():
                text = text.replace(there, here)
            return text

        services = compose()["services"]
        of_file = {
            name: placed(resolved(value, variables)) for name, value in services["worker"]["environment"].items()
        }
        environment = {
            **installed.environment(top),
            **settings_file(),
            **of_file,
            "AIRFLOW__CORE__DAGS_FOLDER": str(project / "dags"),
            "AIRFLOW__API__PORT": str(api_port),
            "AIRFLOW__API__WORKERS": "1",
            "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": f"{airflow_home.USER}:admin",
            "AIRFLOW__MEDIA__CACHE_DIRECTORY": str(top / "cache"),
            **ministack.client_environment(f"http://127.0.0.1:{s3_port}"),
            **options,
        }
        for name in ("state", "logs", "scratch", "redis"):
            (top / name).mkdir()
        (top / "state" / "passwords.json").write_text(json.dumps({airflow_home.USER: PASSWORD}))
        stack = Stack(
            s3_endpoint=f"http://127.0.0.1:{s3_port}",
            airflow_url=f"http://127.0.0.1:{api_port}",
            environment=environment,
            home=top,
            password=PASSWORD,
        )
        logs = top / "logs" / "components"
        try:
            start_ministack(stack, s3_port)
            redis = [*shlex.split(services["redis"]["command"]), "--port", str(redis_port), "--bind", "127.0.0.1"]
            stack.components["redis"] = start(
                "redis", redis, environment=os.environ, logs=logs, directory=top / "redis"
            )
            migrate(installed, services["migrate"]["command"], environment, variables)
            stack.started = datetime.now(UTC)
            for name in SERVICES:
                argv = [
                    str(installed.bin / "airflow"),
                    *shlex.split(resolved(services[name]["command"], variables)),
                    *EXTRA.get(name, ()),
                ]
                stack.components[name] = start(name, argv, environment=environment, logs=logs, directory=top)
            stack.wait_until(stack.healthy, what="Starting Airflow", timeout_seconds=START_SECONDS)
            make_buckets(stack)
            yield stack
        finally:
            stop_all(list(stack.components.values()))


def migrate(installed: Installed, command: str, environment: Mapping[str, str], variables: Mapping[str, str]) -> None:
    """Do what the service ``migrate`` does, by its own command."""
    (script,) = re.findall(r'-c "(.*)"', resolved(command, variables), re.DOTALL)
    for part in script.split("&&"):
        argv = shlex.split(part)
        if argv[0] == "/entrypoint":  # the image's; the rest gives folders to its user
            installed.run(*argv[1:], environment=environment, cwd=Path(environment["AIRFLOW_HOME"]))


def is_possible() -> bool:
    """Whether this machine has a Redis and a PostgreSQL."""
    from tests.distributed import postgres as database

    return shutil.which("redis-server") is not None and database.installed()


__all__ = ["MINISTACK_VENV", "compose", "is_possible", "settings_file", "topology"]
