"""The one plugin of this provider; ``plugins/media_plugin.py`` registers it by importing it."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from airflow.plugins_manager import AirflowPlugin

from airflow_provider_media import listeners
from airflow_provider_media.weights import JobPriority


class MediaPlugin(AirflowPlugin):
    """Weights of jobs, pools at the scheduler's start, and the REST API."""

    name = "media"
    priority_weight_strategies = [JobPriority]  # noqa: RUF012 - Airflow's form
    listeners = [listeners]  # noqa: RUF012 - Airflow's form

    @cached_property
    def fastapi_apps(self) -> list[dict[str, Any]]:
        """The REST API. Plugins load in every component, but only the API server asks for this, and only it pays for the imports."""
        from airflow_provider_media.api.app import PREFIX, build_app

        return [{"app": build_app(), "url_prefix": PREFIX, "name": "media"}]
