"""Versions and settings."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, version

from airflow.sdk.configuration import conf

from airflow_provider_media.core.errors import MediaError
from airflow_provider_media.doctor.check_result import CheckResult, error, ok, warning
from airflow_provider_media.hooks import settings

AIRFLOW = "3.3."
CELERY_BELOW = (5, 6)
"""First version of Celery that is not tested. From 5.7 on, the workers of Airflow's provider end at their start."""
PRELOADING = "airflow_provider_media.preloading"
"""Module that Celery workers import before they fork."""
SHORTEST_KEY = 32


def versions() -> Iterator[CheckResult]:
    """Check the versions of Python, Airflow and this distribution."""
    found = version("apache-airflow-core")
    own = version("airflow-provider-media")
    text = f"airflow-provider-media {own}, Airflow {found}, Python {sys.version.split()[0]}"
    if found.startswith(AIRFLOW):
        yield ok("versions", text)
    else:
        yield error("versions", text, f"Install Airflow {AIRFLOW}*: pip install 'airflow-provider-media[airflow]'.")


def options() -> Iterator[CheckResult]:
    """Check that the options of the section ``[media]`` are readable."""
    readers: dict[str, Callable[[], object]] = {
        "limits": settings.limits,
        "submission_keys": settings.submission_keys,
        "role_connections": settings.role_connections,
        "pool": lambda: conf.get("media", "pool"),
        "job_seconds": lambda: conf.getfloat("media", "job_seconds"),
        "retries": lambda: conf.getint("media", "retries"),
        "express_executions": settings.express_executions,
        "previews": settings.previews,
        "preview_limits": settings.preview_limits,
    }
    wrong = 0
    for name, read in readers.items():
        try:
            read()
        except (MediaError, ValueError, Exception) as problem:  # noqa: BLE001 - Airflow's errors share no base
            wrong += 1
            message = problem.message if isinstance(problem, MediaError) else str(problem)
            yield error(
                "settings",
                f"[media] {name}: {message}",
                f"Correct the option; airflow config get-value media {name} shows it.",
            )
    if len(conf.get("api", "secret_key", fallback="") or "") < SHORTEST_KEY:
        advice = "Set [api] secret_key to the same long random text everywhere (openssl rand -hex 32)."
        yield warning("settings", "[api] secret_key is short or not set, and task tokens are signed with it", advice)
    elif not wrong:
        yield ok("settings", "the options of [media] can be read")


def celery() -> Iterator[CheckResult]:
    """Check the settings of Celery's workers; yield nothing for other executors."""
    if "CeleryExecutor" not in conf.get("core", "executor"):
        return
    try:
        found = version("celery")
    except PackageNotFoundError:
        yield error("celery", "it is not installed", "pip install 'airflow-provider-media[celery]'")
        return
    if tuple(map(int, found.split(".")[:2])) >= CELERY_BELOW:
        yield error(
            "celery",
            f"Celery {found} is not supported: from 5.7 on, its workers end at their start",
            "pip install 'airflow-provider-media[celery]'",
        )
    else:
        yield ok("celery", found)
    if (conf.get("celery", "result_backend", fallback="") or "").startswith("db+postgresql://"):
        advice = "Write db+postgresql+psycopg2://: SQLAlchemy 2.1 takes another driver where none is named."
        yield error("celery", "[celery] result_backend names no driver", advice)
    if PRELOADING not in (conf.get("celery", "extra_celery_config", fallback="") or ""):
        advice = (
            f'Set [celery] extra_celery_config to {{"include": ["{PRELOADING}"]}}: every task starts seconds sooner.'
        )
        yield warning("celery", "workers import this provider again for each task", advice)
    hours = conf.getint("celery_broker_transport_options", "visibility_timeout", fallback=3600) / 3600
    if hours < conf.getfloat("media", "job_seconds") / 3600:
        advice = (
            "Set [celery_broker_transport_options] visibility_timeout to [media] job_seconds, or Redis gives long tasks"
            " out twice."
        )
        yield warning("celery", f"visibility_timeout is {hours:.1f} h", advice)
