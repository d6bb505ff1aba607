"""Routes that list and show state machines."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import Annotated

from fastapi import APIRouter, Query

from airflow_provider_media.api import machine_examples as examples
from airflow_provider_media.api.accounts import MayDagNow, MayNow
from airflow_provider_media.api.answers import EVERYWHERE, answers
from airflow_provider_media.api.auth import User
from airflow_provider_media.api.backend import StandingNow
from airflow_provider_media.api.machine_views import MachinePage, MachineQuery, MachineView, summary_of, view_of
from airflow_provider_media.api.routes.executions import OF_MACHINES, MachineToRead
from airflow_provider_media.core.dag_ids import machine_dag_id
from airflow_provider_media.core.media.uri import redact_urls
from airflow_provider_media.hooks.state_machine_files import machine_names, read_machine

router = APIRouter(prefix="/state-machines", tags=["state machines"])


@router.get(
    "", summary="List state machines", responses=answers(*EVERYWHERE, "request_invalid", example=examples.MACHINES)
)
def list_machines(
    user: User, may: MayNow, wanted: Annotated[MachineQuery, Query()], standing_of: StandingNow
) -> MachinePage:
    """List the state machines that you may read in pages, by name.

    For the next page, set `cursor` to the `next` of the previous page.
    """
    later = (name for name in machine_names() if name > (wanted.cursor or ""))
    readable = (name for name in later if may(user, "GET", machine_dag_id(name)))
    found = list(islice(readable, wanted.limit + 1))
    names = found[: wanted.limit]
    standing = standing_of([machine_dag_id(name) for name in names])
    return MachinePage(
        machines=tuple(summary_of(name, read_machine(name)[1], standing[machine_dag_id(name)]) for name in names),
        next=names[-1] if len(found) > len(names) else None,
    )


@router.get("/{machine}", summary="Get a state machine", responses=answers(*OF_MACHINES, example=examples.MACHINE))
def show_machine(machine: MachineToRead, user: User, may: MayDagNow) -> MachineView:
    """Return the definition of a state machine, its states, its picture, and the mistakes in its files.

    Without the right to edit its DAG, URLs in the definition are shown without query and credentials.
    """
    text, project = read_machine(machine)
    view = view_of(machine, text, project)
    may_edit = may(user, "PUT", machine_dag_id(machine))
    return view if may_edit else replace(view, definition=redact_urls(text))
