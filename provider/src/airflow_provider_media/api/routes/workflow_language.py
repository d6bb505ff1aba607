"""Routes that say what a workflow may contain: its JSON Schema, and the presets that its outputs may name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from fastapi import APIRouter
from pydantic import ConfigDict

from airflow_provider_media.api import definition_examples as examples
from airflow_provider_media.api.answers import EVERYWHERE, answers
from airflow_provider_media.core.errors import WorkflowInvalid
from airflow_provider_media.core.submission.views import DOCUMENTED
from airflow_provider_media.core.workflows.presets import Presets, describe_settings, load_presets, preset_settings
from airflow_provider_media.core.workflows.schema import workflow_schema
from airflow_provider_media.hooks import settings

router = APIRouter(tags=["definitions"])


@dataclass(frozen=True, slots=True, kw_only=True)
class PresetView:
    """One preset."""

    __pydantic_config__: ClassVar[ConfigDict] = DOCUMENTED
    name: str
    kind: str | None
    """Kind of output that it is for; null when the output has to say it."""
    description: str
    """Its settings in one line."""
    settings: dict[str, Any]
    """The fields that an output takes over, those of the preset's own preset included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PresetList:
    """All presets, by name."""

    presets: tuple[PresetView, ...]


@router.get(
    "/workflow-schema",
    summary="Get the schema of workflows",
    responses=answers(*EVERYWHERE, "request_invalid", example=examples.SCHEMA),
)
def read_workflow_schema() -> dict[str, Any]:
    """Return the JSON Schema of a workflow's YAML, with titles, descriptions and defaults."""
    return workflow_schema()


@router.get(
    "/presets",
    summary="List presets",
    responses=answers(*EVERYWHERE, "request_invalid", example=examples.PRESETS),
)
def list_presets() -> PresetList:
    """List the presets that outputs of workflows may name: those of this package and those of `include/presets`."""
    return PresetList(presets=tuple(_views(load_presets(settings.presets_folder()))))


def _views(presets: Presets) -> Iterator[PresetView]:
    for name in sorted(presets.nodes):
        try:
            fields = preset_settings(name, presets)
        except WorkflowInvalid:
            continue  # lint reports it
        yield PresetView(name=name, kind=fields.get("kind"), description=describe_settings(fields), settings=fields)
