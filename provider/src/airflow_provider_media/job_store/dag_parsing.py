"""Requests to Airflow's DAG processor to parse DAG files at once, as the button *Reparse* of its UI makes them."""

from __future__ import annotations

import logging
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from airflow.models import DagModel
from airflow.models.dagbag import DagPriorityParsingRequest
from airflow.utils.session import create_session
from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from airflow_provider_media.core.dag_ids import (
    ARRIVALS,
    INGEST,
    MACHINE_PREFIX,
    OWN_PREFIXES,
    RESERVED_WORKFLOW_NAMES,
    UPLOADS,
    WORKFLOW_PREFIX,
    workflow_of_dag,
)
from airflow_provider_media.core.definitions.definition import DefinitionKind

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

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
    Without an answer of the database, the DAG processor parses them in its own time.
    """
    try:
        with create_session(scoped=False) as session:
            wanted = files_of(kind, _known(session))
        for file in wanted:
            _request(file)
    except SQLAlchemyError as error:
        log.warning("The DAG files of %s cannot be asked for, and are parsed later: %s", kind, type(error).__name__)


def request_file(file: DagFile, session: Session) -> None:
    """Ask the DAG processor to parse a file before all others, unless somebody has asked already."""
    wanted = {"bundle_name": file[0], "relative_fileloc": file[1]}
    if session.scalar(select(DagPriorityParsingRequest).filter_by(**wanted)) is None:
        session.add(DagPriorityParsingRequest(**wanted))


def _known(session: Session) -> list[tuple[str, DagFile]]:
    prefixes = [DagModel.dag_id.startswith(prefix, autoescape=True) for prefix in OWN_PREFIXES]
    rows = select(DagModel.dag_id, DagModel.bundle_name, DagModel.relative_fileloc).where(
        or_(*prefixes), DagModel.relative_fileloc.is_not(None), ~DagModel.is_stale
    )
    return [(row.dag_id, (row.bundle_name, row.relative_fileloc)) for row in session.execute(rows)]


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


def _request(file: DagFile) -> None:
    try:
        with create_session(scoped=False) as session:
            request_file(file, session)
    except IntegrityError:
        log.debug("Somebody else has just asked for %s.", file[1])
