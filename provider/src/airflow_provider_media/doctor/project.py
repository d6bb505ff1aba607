"""Files of ``include/``: whether they exist and are valid."""

from __future__ import annotations

from collections.abc import Iterator

from airflow_provider_media.core.errors import MediaError
from airflow_provider_media.doctor.check_result import CheckResult, error, ok, warning
from airflow_provider_media.hooks import settings
from airflow_provider_media.hooks.catalogue import load_workflows
from airflow_provider_media.hooks.state_machine_files import load_machines

WRITE_SAMPLE = (
    "Write a sample with `airflow media init`, or name the folders in the section [media] of Airflow's configuration."
)
DAG_FILES = ("media_ingest.py", "media_workflows.py", "media_announce.py", "media_workflow_errors.py")
"""DAG files that the jobs of queues need, and the file that shows errors."""


def include() -> Iterator[CheckResult]:
    """Check that the configured folders exist."""
    try:
        settings.check_include()
    except MediaError as wrong:
        yield error("include", wrong.message, WRITE_SAMPLE)
        return
    beside, inside = settings.dags_folder().parent / "include", settings.dags_folder() / "include"
    if beside.is_dir() and inside.is_dir():
        yield warning("include", f"{beside} is used, and {inside} is not", "Delete one of the two folders.")
    else:
        yield ok(
            "include",
            f"workflows in {settings.workflows_folder()}, state machines in {settings.state_machines_folder()}",
        )


def files() -> Iterator[CheckResult]:
    """Check that workflows, presets, state machines and accounts are valid."""
    project, machines = load_workflows(), load_machines()
    for wrong in (*project.errors, *machines.errors):
        yield error(
            "files",
            str(wrong),
            "Correct the file; `airflow media lint` and `airflow media statemachine lint` check files.",
        )
    if project.accounts is not None:
        counts = (
            f"{len(project.workflows)} workflows, {len(machines.machines)} state machines,"
            f" {len(project.accounts.accounts)} accounts"
        )
        yield ok("files", counts)


def dag_files() -> Iterator[CheckResult]:
    """Check that the DAG files are in Airflow's DAGs folder."""
    folder = settings.dags_folder()
    missing = [name for name in DAG_FILES if not (folder / name).is_file()]
    if missing:
        yield warning(
            "DAG files",
            f"{folder} lacks {', '.join(missing)}",
            "Write them with `airflow media init`, unless files of other names call the same functions.",
        )
    else:
        yield ok("DAG files", f"in {folder}")
