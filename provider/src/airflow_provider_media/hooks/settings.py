"""The ``[media]`` section of Airflow's configuration, typed."""

from __future__ import annotations

import math
import os
import tempfile
from dataclasses import fields, replace
from pathlib import Path

from airflow.sdk.configuration import conf

from airflow_provider_media.core.errors import ConfigurationError
from airflow_provider_media.core.execution.cache_limits import DAY, CacheLimits
from airflow_provider_media.core.ffmpeg.limits import Limits
from airflow_provider_media.core.ffmpeg.toolchain import Toolchain, find_toolchain
from airflow_provider_media.core.storage.https import FetchLimits
from airflow_provider_media.core.submission.conf_signature import signing_key

SECTION = "media"
INCLUDE_OPTIONS = ("workflows_folder", "state_machines_folder", "presets_folder", "queues_file")
"""Options that name a part of ``include/``."""
KEY_CHARACTERS = 32
"""Fewest characters of a key: those that ``openssl rand -hex 16`` gives, 128 bits."""


def limits() -> Limits:
    """Return the limits of sources and tools; every field of ``Limits`` is the option ``limit_<field>``."""
    numbers = {"int": conf.getint, "float": conf.getfloat}
    return Limits(**{field.name: numbers[str(field.type)](SECTION, f"limit_{field.name}") for field in fields(Limits)})


def workflows_folder() -> Path:
    """Return the folder of workflow files."""
    return _path("workflows_folder") or include_folder() / "workflows"


def state_machines_folder() -> Path:
    """Return the folder of state machines."""
    return _path("state_machines_folder") or include_folder() / "state_machines"


def presets_folder() -> Path:
    """Return the folder of preset files."""
    return _path("presets_folder") or include_folder() / "presets"


def queues_file() -> Path:
    """Return the file of accounts and the limits of their queues."""
    return _path("queues_file") or include_folder() / "queues.yaml"


def work_directory() -> Path:
    """Return the folder for sources and unfinished outputs; make it when it is missing.

    :raises ConfigurationError: when the folder cannot be made, or belongs to another user.
    """
    # Everybody may write to the temporary folder. The name therefore holds the user id, and the owner is checked.
    folder = _path("work_directory") or Path(tempfile.gettempdir()) / f"airflow-media-{os.getuid()}"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigurationError(
            f"[media] work_directory {folder} cannot be made: {error.strerror}; set it to a folder that can"
        ) from error
    if folder.stat().st_uid != os.getuid():
        raise ConfigurationError(
            f"[media] work_directory {folder} belongs to another user; set it to a folder of this one"
        )
    return folder


def cache_directory() -> Path:
    """Return the directory for what DAG files have parsed, for this user alone.

    The caller has to find out whether the directory can be used.
    """
    return _path("cache_directory") or Path(tempfile.gettempdir()) / f"airflow-media-cache-{os.getuid()}"


def definitions() -> str:
    """Return the URI of the folder of stored definitions; empty when there is no definition store."""
    location: str = conf.get(SECTION, "definitions").strip()
    return location if not location or location.endswith("/") else f"{location}/"


def definitions_connection() -> str:
    """Return the id of the connection that reads and writes stored definitions."""
    connection: str = conf.get(SECTION, "definitions_conn_id").strip()
    return connection


def local_folders() -> tuple[Path, ...]:
    """Return the folders in which ``file://`` locations may lie."""
    return split_folders(conf.get(SECTION, "local_folders"))


def split_folders(text: str) -> tuple[Path, ...]:
    """Return the folders of a list separated by colons, as in ``PATH``."""
    return tuple(Path(part.strip()).resolve() for part in text.split(os.pathsep) if part.strip())


def toolchain() -> Toolchain:
    """Return the configured tools; for an empty path, the tool that comes with this package.

    :raises ToolMissing: when a tool is missing or too old.
    """
    paths = {tool: _path(f"{tool}_path") for tool in ("ffmpeg", "ffprobe", "packager")}
    return find_toolchain(**paths, allow_old=conf.getboolean(SECTION, "allow_old_tools"))


def require_sandbox() -> bool:
    """Return whether tools must not run when bubblewrap does not work."""
    return bool(conf.getboolean(SECTION, "require_sandbox"))


def one_task_seconds() -> float:
    """Return the estimated processor seconds below which one task does the whole work of a job; 0 for never."""
    return float(conf.getfloat(SECTION, "one_task_seconds"))


def https_allow() -> frozenset[str]:
    """Return each ``host:port`` from which sources may be fetched although it is private or unencrypted."""
    return _hosts("https_allow")


def announce_allow() -> frozenset[str]:
    """Return each ``host:port`` to which announcements may be posted although it is private or unencrypted."""
    return _hosts("announce_allow")


def fetch_limits(all_limits: Limits | None = None) -> FetchLimits:
    """Return the limits of fetching a source from the web.

    :param all_limits: limits of the work that needs the source; those of jobs when absent.
    """
    all_limits = all_limits or limits()
    return FetchLimits(
        **{name: getattr(all_limits, name) for name in ("source_bytes", "fetch_seconds", "fetch_bytes_per_second")}
    )


def express_executions() -> int:
    """Return how many express executions one API server runs at once."""
    return int(conf.getint(SECTION, "express_executions"))


def previews() -> int:
    """Return how many previews (plans and pictures) one API server makes at once."""
    return int(conf.getint(SECTION, "previews"))


def preview_seconds() -> float:
    """Return the seconds that one preview may take."""
    return float(conf.getfloat(SECTION, "preview_seconds"))


def preview_limits() -> Limits:
    """Return the limits of previews: those of jobs, but for their own limits of bytes and time."""
    size, seconds = int(conf.getint(SECTION, "preview_bytes")), preview_seconds()
    own = limits()
    return replace(
        own,
        source_bytes=min(own.source_bytes, size),
        kept_source_bytes=min(own.kept_source_bytes, 2 * size),
        fetch_seconds=min(own.fetch_seconds, seconds),
        stall_seconds=min(own.stall_seconds, seconds),
    )


def cache_limits() -> CacheLimits:
    """Return how much finished work an output location keeps, and for how long.

    :raises ConfigurationError: when an option is no number from 0 on.
    """
    days, size, job_seconds = _limit("reuse_days"), _limit("reuse_bytes"), conf.getfloat(SECTION, "job_seconds")
    return CacheLimits(
        seconds=None if days is None else days * DAY, size=None if size is None else int(size), job_seconds=job_seconds
    )


def _limit(option: str) -> float | None:
    """Return a limit; None without one."""
    text = str(conf.get(SECTION, option)).strip()
    try:
        limit = float(text or math.inf)
    except ValueError:
        limit = math.nan
    if not limit >= 0:
        raise ConfigurationError(
            f"[media] {option} is {text!r}; write a number from 0 on, or nothing for no limit", field=option
        )
    return limit if limit < math.inf else None


def role_connections() -> dict[str, str]:
    """Return the connections by the ARN of the role that they stand for.

    :raises ConfigurationError: when the option is no list of ``ARN=connection``.
    """
    pairs = [pair.strip().rpartition("=") for pair in conf.get(SECTION, "role_connections").split(",") if pair.strip()]
    for role, _, connection in pairs:
        if not role or not connection:
            raise ConfigurationError(
                "[media] role_connections: write ARN=connection, several of them separated by commas"
            )
    return {role.strip(): connection.strip() for role, _, connection in pairs}


def token_secret() -> str:
    """Return the secret that signs task tokens: the key that Airflow's servers and workers share.

    :raises ConfigurationError: when there is no secret: anybody could make tokens without one.
    """
    secret: str = conf.get("api", "secret_key", fallback="")
    # When nobody has set the option, workers read only the template of its default.
    if not secret or secret.startswith("{"):
        raise ConfigurationError(
            "[api] secret_key is not set, and signs task tokens: give servers and workers the same long random text"
        )
    return secret


def submission_keys() -> tuple[bytes, ...]:
    """Return the keys that sign the confs of runs: the first key signs, all keys verify.

    The keys are made from ``submission_keys``, or else from the secrets that the components of an Airflow share anyway.

    :raises ConfigurationError: when there is no key, or when a key is so short that it can be guessed.
    """
    own = _texts(SECTION, "submission_keys")
    if any(len(text) < KEY_CHARACTERS for text in own):
        raise ConfigurationError(
            f"[media] submission_keys: a key has fewer than {KEY_CHARACTERS} characters; use long random text, such as"
            " that of `openssl rand -hex 32`"
        )
    secrets = own or [*_texts("api", "secret_key"), *_texts("core", "fernet_key")]
    if not secrets:
        raise ConfigurationError(
            "No key signs jobs: set [media] submission_keys (or [api] secret_key) to the same long random text on"
            " servers and workers"
        )
    return tuple(map(signing_key, secrets))


def _texts(section: str, option: str) -> list[str]:
    """Return the parts of a list separated by commas; none when the option still is the template of a default."""
    texts = (text.strip() for text in str(conf.get(section, option, fallback="") or "").split(","))
    return [text for text in texts if text and not text.startswith("{")]


def _hosts(option: str) -> frozenset[str]:
    return frozenset(host.strip() for host in conf.get(SECTION, option).split(",") if host.strip())


def _path(option: str) -> Path | None:
    value = conf.get(SECTION, option).strip()
    return Path(value).expanduser() if value else None


def include_folder() -> Path:
    """Return the folder of workflows, state machines, presets and accounts.

    The folder is ``include/`` beside the DAGs folder, or inside it. It lies inside on Amazon MWAA, which brings no
    other folder to its workers.
    """
    dags = dags_folder()
    beside, inside = dags.parent / "include", dags / "include"
    return inside if inside.is_dir() and not beside.is_dir() else beside


def dags_folder() -> Path:
    """Return Airflow's DAGs folder."""
    return Path(conf.get("core", "dags_folder")).expanduser()


def check_include() -> None:
    """Check that the configured folders and the file exist, can be read, and that ``include/`` holds a known folder.

    :raises ConfigurationError: when something is missing; the message says where it was looked for, and what to do.
    """
    named = {option: _path(option) for option in INCLUDE_OPTIONS}
    for option, path in named.items():
        if path is not None and not _is_readable(path):
            raise ConfigurationError(
                f"[media] {option}: {path} is missing or cannot be read; correct the option, or the path's rights"
            )
    if named["workflows_folder"] or named["state_machines_folder"] or definitions():
        return
    folder = include_folder()
    if not _is_readable(folder):
        raise ConfigurationError(
            f"There is no folder {folder} that can be read (nor {dags_folder() / 'include'}), so there are no"
            " workflows. Copy include/ there, write a sample with `airflow media init`, or name other folders in the"
            " section [media]"
        )
    if not any((folder / name).is_dir() for name in ("workflows", "state_machines")):
        raise ConfigurationError(
            f"{folder} has neither a folder workflows/ nor state_machines/; put *.yaml files of workflows into"
            f" {folder / 'workflows'}, or write a sample with `airflow media init`"
        )


def _is_readable(path: Path) -> bool:
    return os.access(path, os.R_OK | os.X_OK) if path.is_dir() else path.is_file() and os.access(path, os.R_OK)
