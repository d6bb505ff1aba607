"""All checks, one after the other. A check that raises becomes a result, and the other checks still run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from airflow_provider_media.doctor import (
    components,
    definition_store,
    deployment,
    locations,
    plugin,
    pools,
    project,
    tools,
)
from airflow_provider_media.doctor.check_result import CheckResult, error

Check = Callable[[], Iterable[CheckResult]]

OFFLINE: tuple[Check, ...] = (
    deployment.versions,
    tools.tools,
    tools.work_directory,
    plugin.plugin,
    project.include,
    project.files,
    project.dag_files,
    deployment.options,
    deployment.celery,
)
"""Checks that run on any machine."""
ONLINE: tuple[Check, ...] = (
    components.components,
    components.api,
    components.database_clock,
    pools.pools,
    pools.dags,
    locations.connections,
    definition_store.definitions,
)
"""Checks that need Airflow's database, its API or its connections."""


def examine(checks: Iterable[Check]) -> Iterator[CheckResult]:
    """Yield the results of the checks."""
    for check in checks:
        try:
            yield from check()
        except Exception as problem:  # noqa: BLE001 - whatever is broken must not hide the rest
            message = (
                f"it could not be found out: {type(problem).__name__}:"
                f" {str(problem).splitlines()[0] if str(problem) else ''}"
            )
            yield error(check.__name__.replace("_", " "), message, "Does Airflow's database answer (airflow db check)?")
