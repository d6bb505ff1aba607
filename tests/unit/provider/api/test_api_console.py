"""The console's files, and its places in Airflow's pages."""

import logging
import shutil

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from airflow_provider_media.api import console_files
from airflow_provider_media.plugin import MediaPlugin


@pytest.fixture
def console(monkeypatch, tmp_path):
    """A built console of two files."""
    (tmp_path / "chunks").mkdir()
    (tmp_path / "main.js").write_text("globalThis.Media = () => null")
    (tmp_path / "docs.html").write_text("<main>")
    (tmp_path / "chunks" / "page-1a2b.js").write_text("export {}")
    monkeypatch.setattr(console_files, "CONSOLE", tmp_path)
    return tmp_path


@pytest.fixture
def files(built, console):
    """A client of the console's files."""
    from fastapi.testclient import TestClient

    return TestClient(Starlette(routes=[Mount("/", console_files.ConsoleFiles())]))


def test_console_entry_is_asked_for_again_and_chunks_are_kept(files):
    entry, chunk = files.get("/main.js"), files.get("/chunks/page-1a2b.js")
    assert (entry.status_code, entry.headers["cache-control"]) == (200, "no-cache")
    assert files.get("/main.js", headers={"If-None-Match": entry.headers["etag"]}).status_code == 304
    assert (chunk.status_code, "immutable" in chunk.headers["cache-control"]) == (200, True)


def test_console_files_outside_the_console_are_not_served(console, files):
    (console.parent / "secret.js").write_text("1")
    assert files.get("/..%2Fsecret.js").status_code == 404


def test_console_has_its_places_in_airflow_with_relative_addresses(built, console):
    plugin = MediaPlugin()
    assert {app["destination"] for app in plugin.react_apps} == {"nav", "dag_run", "dashboard"}
    addresses = [app["bundle_url"] for app in plugin.react_apps] + [view["href"] for view in plugin.external_views]
    # An address that begins with a slash would lead past the base path of an Airflow that has one.
    assert {address.partition("/console/")[0] for address in addresses} == {"media"}


def test_console_not_built_is_logged_and_has_no_place(built, console, caplog):
    shutil.rmtree(console)
    with caplog.at_level(logging.WARNING):
        assert (MediaPlugin().react_apps, MediaPlugin().external_views) == ([], [])
    assert "run provider/console/build.py" in caplog.text
