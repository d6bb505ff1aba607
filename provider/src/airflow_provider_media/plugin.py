"""The one plugin of this provider; its distribution registers it by an entry point.

An Airflow that finds the package only on ``PYTHONPATH`` reads no entry points. There ``plugins/media_plugin.py``
registers the plugin. Where both exist, the file comes first, and the entry point offers nothing: Airflow reports a
second plugin of one name as an error.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

from airflow.plugins_manager import AirflowPlugin

from airflow_provider_media import listeners
from airflow_provider_media.weights import JobPriority


class MediaPlugin(AirflowPlugin):
    """The weights of jobs, the listeners, the REST API, and the console."""

    name = "media"
    priority_weight_strategies = [JobPriority]  # noqa: RUF012 - Airflow's form
    listeners = [listeners]  # noqa: RUF012 - Airflow's form

    in_plugins_folder = False
    """Whether a file of the plugins folder has registered the plugin in this process."""

    # Airflow calls the method on an instance, which has the source.
    def on_load(self, *_: Any, **__: Any) -> None:  # type: ignore[override]
        """Record the source of the plugin; Airflow calls this method after the registration."""
        # By name: Airflow's core and its task SDK each have their own class.
        if type(self.source).__name__ == "PluginsDirectorySource":
            type(self).in_plugins_folder = True

    @cached_property
    def fastapi_apps(self) -> list[dict[str, Any]]:  # type: ignore[override]  # Airflow only reads it
        """The REST API.

        Plugins load in every component, but only the API server reads this property, so only it pays for the imports.
        """
        from airflow_provider_media.api.app import PREFIX, build_app

        return [{"app": build_app(), "url_prefix": PREFIX, "name": "media"}]

    @cached_property
    def react_apps(self) -> list[dict[str, Any]]:  # type: ignore[override]  # Airflow only reads it
        """The console; only the API server reads this property."""
        from airflow_provider_media.api.app import PREFIX
        from airflow_provider_media.api.console_files import react_apps

        return react_apps(PREFIX)

    @cached_property
    def external_views(self) -> list[dict[str, Any]]:  # type: ignore[override]  # Airflow only reads it
        """The reference of the REST API; only the API server reads this property."""
        from airflow_provider_media.api.app import PREFIX
        from airflow_provider_media.api.console_files import external_views

        return external_views(PREFIX)

    @cached_property
    def fastapi_root_middlewares(self) -> list[dict[str, Any]]:  # type: ignore[override]  # Airflow only reads it
        """The middleware that checks the buttons of Airflow's own pages; only the API server reads this property."""
        from airflow_provider_media.api.manual_requests import ManualRequests

        return [{"middleware": ManualRequests, "name": "media manual actions"}]


def __getattr__(name: str) -> type[MediaPlugin] | None:
    """Return the plugin as ``entry_point``, or None where a file of the plugins folder has already registered it."""
    if name != "entry_point":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return None if MediaPlugin.in_plugins_folder else MediaPlugin
