"""The one plugin of this provider; its distribution registers it by an entry point.

An Airflow that finds the package on ``PYTHONPATH`` alone reads no entry points: there ``plugins/media_plugin.py`` registers the plugin.
Where both are present the file comes first, and the entry point offers nothing: Airflow reports a second plugin of one name as an error.
"""

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

    in_plugins_folder = False
    """Whether a file of the plugins folder has registered it in this process."""

    def on_load(self, *_: Any, **__: Any) -> None:
        """Note where the plugin comes from; Airflow calls this when it has registered it."""
        # By name: Airflow's core and its task SDK each have a class of their own for it.
        if type(self.source).__name__ == "PluginsDirectorySource":
            type(self).in_plugins_folder = True

    @cached_property
    def fastapi_apps(self) -> list[dict[str, Any]]:
        """The REST API. Plugins load in every component, but only the API server asks for this, and only it pays for the imports."""
        from airflow_provider_media.api.app import PREFIX, build_app

        return [{"app": build_app(), "url_prefix": PREFIX, "name": "media"}]

    @cached_property
    def fastapi_root_middlewares(self) -> list[dict[str, Any]]:
        """What judges Airflow's own buttons; only the API server asks for this, too."""
        from airflow_provider_media.api.manual_requests import ManualRequests

        return [{"middleware": ManualRequests, "name": "media manual actions"}]


def __getattr__(name: str) -> type[MediaPlugin] | None:
    """``entry_point``: the plugin, or None where a file of the plugins folder has registered it already."""
    if name != "entry_point":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return None if MediaPlugin.in_plugins_folder else MediaPlugin
