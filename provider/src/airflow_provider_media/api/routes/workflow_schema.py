"""Routes for editors of workflows: the schema of a workflow file, and the presets."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import Any, ClassVar

from fastapi import APIRouter, Depends
from pydantic import ConfigDict

from airflow_provider_media.api.accounts import MayNow
from airflow_provider_media.api.answers import EVERYWHERE, answers
from airflow_provider_media.api.auth import User
from airflow_provider_media.api.backend import QueuesNow
from airflow_provider_media.api.errors import Forbidden
from airflow_provider_media.api.preview_backend import PresetsNow
from airflow_provider_media.api.preview_examples import PRESETS, SCHEMA
from airflow_provider_media.core.dag_ids import ingest_dag_id
from airflow_provider_media.core.errors import WorkflowInvalid
from airflow_provider_media.core.submission.views import DOCUMENTED
from airflow_provider_media.core.workflows.presets import Presets, preset_settings
from airflow_provider_media.core.workflows.schema import workflow_schema

OF_READERS = (*EVERYWHERE, "forbidden", "request_invalid", "configuration_invalid")


def reader(user: User, may: MayNow, queues: QueuesNow) -> None:
    """Refuse a user who may read no account: nobody else sees workflows and presets.

    :raises Forbidden: when the user may read no account.
    """
    if not any(may(user, "GET", ingest_dag_id(name, "normal")) for name in queues.accounts):
        raise Forbidden("You may read no account, and so no presets; ask for the right to read an account's DAG.")


router = APIRouter(tags=["workflows"], dependencies=[Depends(reader)])


@dataclass(frozen=True, slots=True, kw_only=True)
class PresetView:
    """One preset that outputs can name."""

    __pydantic_config__: ClassVar[ConfigDict] = DOCUMENTED
    name: str
    kind: str | None
    """Kind of the outputs that can name it; any kind when absent."""
    description: str
    """The comment above it in its file; empty when there is none."""
    settings: dict[str, Any]
    """Its fields, including those of the preset that it names itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PresetList:
    """The presets by name."""

    __pydantic_config__: ClassVar[ConfigDict] = DOCUMENTED
    presets: tuple[PresetView, ...]


@router.get("/workflow-schema", summary="Get the schema of workflows", responses=answers(*OF_READERS, example=SCHEMA))
def read_workflow_schema() -> dict[str, Any]:
    """Return the JSON Schema of a workflow file, as `airflow media lint --schema` prints it.

    Every field has a title and a description for forms; numbers have their unit in `x-unit`, and values with names for
    people have these in `x-labels`.
    """
    return _schema()


@cache
def _schema() -> dict[str, Any]:
    return workflow_schema()


@router.get("/presets", summary="List presets", responses=answers(*OF_READERS, example=PRESETS))
def list_presets(presets: PresetsNow) -> PresetList:
    """List the presets of this package and of the project, as `airflow media presets` knows them."""
    found = presets()
    return PresetList(presets=tuple(chain.from_iterable(_views(name, found) for name in sorted(found.nodes))))


def _views(name: str, presets: Presets) -> Iterator[PresetView]:
    """Yield the view of a preset; nothing for one with errors, which ``lint`` reports."""
    with suppress(WorkflowInvalid):
        settings = preset_settings(name, presets)
        kind = settings.pop("kind", None)
        description = presets.descriptions.get(name, "")
        yield PresetView(name=name, kind=kind, description=description, settings=settings)
