"""A project for previews: real tools, and sources in a folder of this machine."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from airflow_provider_media.core.ffmpeg.limits import Limits
from airflow_provider_media.core.ffmpeg.toolchain import find_toolchain
from airflow_provider_media.core.jobs.model import Engine
from airflow_provider_media.core.storage.registry import StorageSettings, storages
from airflow_provider_media.core.workflows.presets import Presets, load_presets


def engines(folder: Path, *, limits: Limits | None = None) -> Callable[[str, Callable[[], bool]], Engine]:
    """Engines whose files may lie in one folder."""

    def engine(_connection: str, cancelled: Callable[[], bool]) -> Engine:
        return Engine(
            toolchain=find_toolchain(),
            storages=storages(StorageSettings(folders=(folder,), https_allow=frozenset())),
            limits=limits or Limits(),
            directory=folder / "work",
            cancelled=cancelled,
        )

    return engine


def text(outputs: dict[str, Any], **fields: Any) -> str:
    """A workflow with these outputs; JSON is YAML."""
    import json

    return json.dumps({"name": "trial", "outputs": outputs, **fields})


def presets() -> Presets:
    """The built-in presets."""
    return load_presets(None)
