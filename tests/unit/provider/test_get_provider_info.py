import importlib
import json
from dataclasses import fields
from importlib.metadata import entry_points, metadata
from importlib.resources import files

import jsonschema
import pytest
from airflow.sdk.configuration import conf

from airflow_provider_media.core.execution.cache_limits import CacheLimits
from airflow_provider_media.core.ffmpeg.limits import Limits
from airflow_provider_media.get_provider_info import get_provider_info
from airflow_provider_media.hooks import settings

INFO = get_provider_info()


def test_the_provider_info_is_valid_under_airflows_own_schema():
    schema = json.loads((files("airflow") / "provider_info.schema.json").read_text())
    jsonschema.validate(INFO, schema)


def test_the_connection_form_is_valid_under_airflows_own_schema():
    schema = json.loads((files("airflow") / "provider.yaml.schema.json").read_text())
    form = schema["properties"]["connection-types"]
    jsonschema.validate(INFO["connection-types"], {**form, "definitions": schema.get("definitions", {})})


def test_the_package_name_is_that_of_the_distribution():
    # With underscores instead, the discovery of every provider fails.
    assert INFO["package-name"] == metadata("airflow_provider_media")["Name"]


def test_the_distribution_tells_airflow_where_its_info_is():
    (entry,) = (
        point
        for point in entry_points(group="apache_airflow_provider")
        if point.dist and point.dist.name == INFO["package-name"]
    )
    assert entry.load()() == INFO


def _modules():
    listed = [group for kind in ("hooks", "operators", "sensors", "triggers") for group in INFO[kind]]
    return [name for group in listed for name in group["python-modules"]]


@pytest.mark.parametrize("module", _modules())
def test_every_listed_module_is_there(module):
    assert importlib.import_module(module).__doc__


@pytest.mark.parametrize("name", [*INFO["extra-links"], *INFO["cli"], INFO["connection-types"][0]["hook-class-name"]])
def test_every_listed_object_is_there(name):
    module, _, attribute = name.rpartition(".")
    assert callable(getattr(importlib.import_module(module), attribute))


def test_every_option_has_a_default_that_airflow_can_read(monkeypatch):
    for option in ("CACHE_DIRECTORY", "SUBMISSION_KEYS"):  # tests have their own
        monkeypatch.delenv(f"AIRFLOW__MEDIA__{option}")
    for option, description in INFO["config"]["media"]["options"].items():
        assert conf.get("media", option) == description["default"]


def test_the_defaults_of_limits_are_those_of_the_core():
    assert settings.limits() == Limits()


def test_default_limits_of_finished_work_are_those_of_the_core():
    assert settings.cache_limits() == CacheLimits()


def test_every_limit_is_an_option():
    options = {name for name in INFO["config"]["media"]["options"] if name.startswith("limit_")}
    assert options == {f"limit_{field.name}" for field in fields(Limits)}


def test_airflows_provider_machinery_finds_the_provider_and_its_connection_type():
    from airflow.providers_manager import ProvidersManager
    from airflow.sdk.providers_manager_runtime import ProvidersManagerTaskRuntime

    manager = ProvidersManager()
    assert manager.providers["airflow-provider-media"].data["name"] == "Media"
    hook = ProvidersManagerTaskRuntime().hooks["media"]
    assert hook is not None
    assert (hook.hook_name, hook.connection_id_attribute_name) == ("Media storage", "source_conn_id")
