"""One plugin, registered once: by the entry point, by a file of the plugins folder, or by both."""

import importlib.metadata
import shutil
from pathlib import Path

import pytest

from airflow_provider_media import plugin

FILE = Path(__file__).parents[3] / "plugins" / "media_plugin.py"


@pytest.fixture
def registered(monkeypatch, tmp_path):
    """Airflow's registration, with the distribution's entry point and with or without our file in the plugins
    folder.
    """
    from airflow import plugins_manager, settings

    point = importlib.metadata.EntryPoint("media", "airflow_provider_media.plugin:entry_point", "airflow.plugins")
    monkeypatch.setattr(settings, "PLUGINS_FOLDER", str(tmp_path))
    monkeypatch.setattr(plugin.MediaPlugin, "in_plugins_folder", False)
    monkeypatch.setattr(
        "airflow._shared.module_loading.entry_points_with_dist",
        lambda group: [(point, importlib.metadata.distribution("airflow-provider-media"))],
    )

    def register(*, file):
        if file:
            shutil.copy(FILE, tmp_path)
        return plugins_manager._get_plugins.__wrapped__()

    return register


@pytest.mark.parametrize("file", [False, True])
def test_the_plugin_is_registered_once_and_without_errors(registered, file):
    plugins, errors = registered(file=file)
    assert ([each.name for each in plugins if each.name == "media"], errors) == (["media"], {})


def test_the_distribution_names_the_entry_point():
    import tomllib

    project = tomllib.loads((FILE.parents[1] / "provider" / "pyproject.toml").read_text())["project"]
    assert project["entry-points"]["airflow.plugins"] == {"media": "airflow_provider_media.plugin:entry_point"}
    assert plugin.entry_point is plugin.MediaPlugin or plugin.MediaPlugin.in_plugins_folder
    assert "Documentation" in project["urls"]
