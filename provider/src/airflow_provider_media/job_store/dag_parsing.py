"""Requests to Airflow's DAG processor to parse DAG files at once, as the button *Reparse* of its UI makes them."""

from __future__ import annotations

import logging
from pathlib import PurePosixPath

from airflow.models import DagModel
from airflow.models.dagbag import DagPriorityParsingRequest
from airflow.utils.session import create_session
from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError

from airflow_provider_media.core.dag_ids import (
    ARRIVALS,
    INGEST,
    MACHINE_PREFIX,
    RESERVED_WORKFLOW_NAMES,
    UPLOADS,
    WORKFLOW_PREFIX,
    workflow_of_dag,
)
from airflow_provider_media.core.definitions.definition import DefinitionKind

log = logging.getLogger(__name__)

INGEST_FILE = "media_ingest.py"
"""The DAG file of the ingest queues, as ``airflow media init`` writes it beside the files of definitions."""
FILES = {
    "workflows": (
        "media_workflows.py",
        "media_schedules.py",
        f"{ARRIVALS}.py",
        f"{UPLOADS}.py",
        "media_workflow_errors.py",
    ),
    "state-machines": ("media_state_machines.py", "media_state_machine_errors.py"),
}
"""DAG files that read definitions of each kind, as ``airflow media init`` writes them."""
DagFile = tuple[str, str]
"""Name of a bundle, and path of a DAG file in it."""


def request_parsing(kind: DefinitionKind) -> None:
    """Ask the DAG processor to parse the DAG files that read definitions of a kind.

    A file that has no DAG yet is known to nobody, so the names that ``airflow media init`` gives are asked for too.
    """
    with create_session(scoped=False) as session:
        prefixes = [DagModel.dag_id.startswith(prefix, autoescape=True) for prefix in (WORKFLOW_PREFIX, MACHINE_PREFIX)]
        rows = session.execute(
            select(DagModel.dag_id, DagModel.bundle_name, DagModel.relative_fileloc).where(
                or_(*prefixes), DagModel.relative_fileloc.is_not(None)
            )
        )
        wanted = files_of(kind, [(row.dag_id, (row.bundle_name, row.relative_fileloc)) for row in rows])
        waiting = {
            (each.bundle_name, each.relative_fileloc) for each in session.scalars(select(DagPriorityParsingRequest))
        }
    for bundle, path in wanted - waiting:
        _request(bundle, path)


def files_of(kind: DefinitionKind, known: list[tuple[str, DagFile]]) -> set[DagFile]:
    """Return the DAG files that read definitions of a kind.

    :param known: ids of this package's DAGs, each with its file.
    """
    wanted = {file for dag_id, file in known if _reads(kind, dag_id)}
    for dag_id, (bundle, path) in known:
        if dag_id.startswith(INGEST) and PurePosixPath(path).name == INGEST_FILE:
            wanted |= {(bundle, str(PurePosixPath(path).with_name(name))) for name in FILES[kind]}
    return wanted


def _reads(kind: DefinitionKind, dag_id: str) -> bool:
    if kind == "state-machines":
        return dag_id.startswith(MACHINE_PREFIX)
    is_shared = workflow_of_dag(dag_id).startswith(RESERVED_WORKFLOW_NAMES)
    return dag_id.startswith(WORKFLOW_PREFIX) and (dag_id.startswith(ARRIVALS) or dag_id == UPLOADS or not is_shared)


def _request(bundle: str, path: str) -> None:
    try:
        with create_session(scoped=False) as session:
            session.add(DagPriorityParsingRequest(bundle_name=bundle, relative_fileloc=path))
    except IntegrityError:
        log.debug("Somebody else has just asked for %s.", path)
