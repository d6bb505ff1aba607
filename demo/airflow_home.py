"""Settings, secrets and database of a local Airflow."""

import base64
import json
import os
import secrets
import subprocess
import sys
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

from demo import ministack
from demo.component import StackError

USER = "admin"
DATABASE_STAMP = "database-version"
COMPONENTS = ("api-server", "scheduler", "dag-processor", "triggerer")
DATABASE_URL = "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"
PATIENCE_SECONDS = 60
"""How long components wait for SQLite's only writer."""
LEFT_OUT = ("AIRFLOW", "AWS_", "_AIRFLOW")
"""Prefixes of variables that must not come in from the caller's shell."""


def read_secrets(home: Path) -> dict[str, str]:
    """Return the keys and the password of this home, made once and readable by the owner alone."""
    path = home / "secrets.json"
    if not path.exists():
        made = {
            "fernet": base64.urlsafe_b64encode(os.urandom(32)).decode(),
            "jwt": secrets.token_urlsafe(48),
            "session": secrets.token_urlsafe(48),
            "password": secrets.token_urlsafe(12),
        }
        write_private(path, json.dumps(made))
    stored: dict[str, str] = json.loads(path.read_text())
    write_private(home / "passwords.json", json.dumps({USER: stored["password"]}))
    return stored


def write_private(path: Path, text: str) -> None:
    """Write a file that nobody else may read, not even for a moment."""
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:  # noqa: PTH123 - Path.open takes no mode bits
        file.write(text)


def connection(endpoint: str) -> str:
    """Return the connection ``media_s3`` as Airflow reads it from the environment."""
    return json.dumps(
        {
            "conn_type": "aws",
            "login": ministack.KEY_ID,
            "password": ministack.SECRET,
            "extra": {
                "endpoint_url": endpoint,
                "region_name": ministack.REGION,
                "config_kwargs": {"s3": {"addressing_style": "path"}},  # no bucket is a host name here
            },
        }
    )


def options(home: Path, *, port: int, dags: Path, plugins: Path) -> dict[str, str]:
    """Airflow's options as ``section.name``; the figures are tuned for one small machine and quick answers."""
    keys = read_secrets(home)
    url = f"http://127.0.0.1:{port}"
    return {
        "core.dags_folder": str(dags),
        "core.plugins_folder": str(plugins),
        "core.load_examples": "False",
        "core.executor": "LocalExecutor",
        "core.parallelism": "6",  # three times the two cores: most tasks of a job wait for ffmpeg or for S3
        "core.fernet_key": keys["fernet"],
        "core.auth_manager": "airflow.api_fastapi.auth.managers.simple.simple_auth_manager.SimpleAuthManager",
        "core.simple_auth_manager_users": f"{USER}:admin",
        "core.simple_auth_manager_passwords_file": str(home / "passwords.json"),
        "core.execution_api_server_url": f"{url}/execution/",
        "core.dags_are_paused_at_creation": "False",  # an upload must start its job without a click
        "database.sql_alchemy_conn": f"sqlite:///{home / 'airflow.db'}",
        "api.base_url": url,
        "api.secret_key": keys["session"],
        "api.workers": "1",
        "api_auth.jwt_secret": keys["jwt"],
        # the default of one second is the cost of every hop from task to task
        "scheduler.scheduler_idle_sleep_time": "0.1",
        "scheduler.max_tis_per_query": "0",  # as many as parallelism: a window of 16 lets one pool starve another
        "workers.min_heartbeat_interval": "1",  # at the default of 5 s a failed or skipped task ends up to 5 s late
        "dag_processor.refresh_interval": "5",
        # how late a change in include/ is seen; dags/ itself is seen at once
        "dag_processor.min_file_process_interval": "15",
        "dag_processor.bundle_refresh_check_interval": "1",
        "dag_processor.parsing_processes": "1",
        "media.slot_poll_seconds": "0.2",  # on SQLite the trigger alone frees slots
        "media.arrival_poll_seconds": "1",  # an upload's job starts before its uploader wonders
        # A stack finds nothing of an earlier one, and leaves nothing outside its home.
        "media.work_directory": str(home / "work"),
        "media.cache_directory": str(home / "cache"),
        "media.definitions": (home / "definitions").as_uri(),  # where the console's editors save
        "logging.base_log_folder": str(home / "logs"),
        "usage_data_collection.enabled": "False",
    }


def variables(settings: Mapping[str, str]) -> dict[str, str]:
    """The variables of the environment that set Airflow's options, named as ``section.name``."""
    return {f"AIRFLOW__{name.replace('.', '__').upper()}": value for name, value in settings.items()}


def environment(settings: Mapping[str, str], home: Path, s3_endpoint: str) -> dict[str, str]:
    """Return the whole environment of an Airflow process."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(LEFT_OUT)}
    return (
        inherited
        | variables(settings)
        | ministack.client_environment(s3_endpoint)
        | {
            "AIRFLOW_HOME": str(home),
            "AIRFLOW_CONN_MEDIA_S3": connection(s3_endpoint),
            "AIRFLOW__MEDIA__OBJECT_URL": f"{s3_endpoint}/{{bucket}}/{{key}}",  # where the UI's links to outputs lead
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
            "PYTHONUNBUFFERED": "1",
            "NO_COLOR": "1",
        }
    )


def of_component(name: str, airflow_environment: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of one of the COMPONENTS: on SQLite, all but the API server are patient.

    The API server writes its audit log on the thread that its other requests need to finish their own writing: two that
    meet hold up everybody for the five seconds after which SQLite gives up (seen in Airflow 3.3). A scheduler that gave
    up, too, would end.
    """
    url = airflow_environment[DATABASE_URL]
    patient = url.startswith("sqlite") and name != "api-server"
    return {**airflow_environment, DATABASE_URL: f"{url}?timeout={PATIENCE_SECONDS}" if patient else url}


def migrate(home: Path, airflow_environment: Mapping[str, str]) -> None:
    """Bring the database to the installed Airflow's version; free where it is there already, in a file of this home.

    :raises StackError: where Airflow refuses, with its words.
    """
    stamp, installed = home / DATABASE_STAMP, version("apache-airflow-core")
    own = airflow_environment[DATABASE_URL].startswith("sqlite") and (home / "airflow.db").exists()
    if own and stamp.exists() and stamp.read_text() == installed:
        return
    done = subprocess.run(
        [sys.executable, "-m", "airflow", "db", "migrate"],
        env=dict(airflow_environment), cwd=home, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise StackError(f"`airflow db migrate` failed in {home}:\n{(done.stdout + done.stderr)[-3000:]}")
    stamp.write_text(installed)


def command(component: str, port: int) -> list[str]:
    """Return the command line of one of the COMPONENTS."""
    arguments = {
        "api-server": ["--host", "127.0.0.1", "--port", str(port)],
        "scheduler": ["--skip-serve-logs"],  # the log servers would listen to the whole network, on fixed ports,
        "triggerer": ["--skip-serve-logs"],  # for logs that the API server reads from this disk
    }
    return [sys.executable, "-m", "airflow", component, *arguments.get(component, [])]
