"""Backend of the routes that try workflows; ``api.backend`` has the backend of most others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated

from fastapi import Depends

from airflow_provider_media.core.jobs.model import Engine
from airflow_provider_media.core.workflows.model import FrozenWorkflow
from airflow_provider_media.core.workflows.presets import Presets

PreviewEngines = Callable[[str, Callable[[], bool]], Engine]
"""Function that returns an engine, given the id of a connection and a function that says whether to stop."""
KnownWorkflows = Callable[[], Sequence[FrozenWorkflow]]
"""Function that returns the workflows without errors."""
ProjectPresets = Callable[[], Presets]
"""Function that returns the built-in presets and those of the project."""


async def preview_engines() -> PreviewEngines:
    """Return the function that makes engines for previews."""
    from airflow_provider_media.hooks.media import preview_engine

    return lambda connection, cancelled: preview_engine(connection, cancelled=cancelled)


async def known_workflows() -> KnownWorkflows:
    """Return the function that lists the workflows as their files are now."""
    from airflow_provider_media.hooks import catalogue

    return lambda: tuple(catalogue.all_workflows().values())


async def project_presets() -> ProjectPresets:
    """Return the function that reads the presets as their files are now."""
    from airflow_provider_media.core.workflows.presets import load_presets
    from airflow_provider_media.hooks import settings

    return lambda: load_presets(settings.presets_folder())


PreviewEnginesNow = Annotated[PreviewEngines, Depends(preview_engines)]
KnownWorkflowsNow = Annotated[KnownWorkflows, Depends(known_workflows)]
PresetsNow = Annotated[ProjectPresets, Depends(project_presets)]
