"""The plugin: without it there is no REST API, no weights of jobs, and no freeing of slots."""

from __future__ import annotations

from collections.abc import Iterator

from airflow_provider_media.doctor.check_result import CheckResult, error, ok

NAME = "media"


def plugin() -> Iterator[CheckResult]:
    """Check that Airflow has registered the plugin, once."""
    # Semi-private: Airflow has no public way to ask for plugin errors.
    from airflow.plugins_manager import _get_plugins

    plugins, errors = _get_plugins()
    found = [each for each in plugins if each.name == NAME]
    ours = {where: what for where, what in errors.items() if NAME in where or NAME in what}
    for where, what in ours.items():
        yield error(
            "plugin", f"{where}: {what}", "Reinstall the distribution, and delete other copies from the plugins folder."
        )
    if not found:
        yield error(
            "plugin",
            "it is not registered",
            "Install airflow-provider-media with pip where this component runs, and restart it.",
        )
    elif not ours:
        yield ok("plugin", f"registered by {found[0].source}")
