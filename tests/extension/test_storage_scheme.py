"""A distribution of its own adds a storage scheme by the recipe of CONTRIBUTING.md; nothing in the package is
changed.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from airflow_provider_media.core.media import schemes
from airflow_provider_media.core.storage.registry import storages
from tests.media import clip
from tests.unit.core.storage.storage_contract import StorageContract

ROOT = Path(__file__).parents[2]
WORKFLOW = """
name: small
output: {path: "{output}.{format}"}
outputs:
  mp4: {kind: transcode, video: {speed: fastest}}
  shot: {kind: snapshots, at: [0]}
"""


@pytest.fixture
def installed(tmp_path_factory):
    """The folder of an installed distribution with the module and the entry point of the recipe."""
    recipe = (ROOT / "CONTRIBUTING.md").read_text()
    group, name, value = re.search(r'\[project\.entry-points\."([\w.]+)"\]\n(\w+) = "([\w:]+)"', recipe).groups()
    site = tmp_path_factory.mktemp("site")
    information = site / "media_dir-1.0.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: media-dir\nVersion: 1.0\n")
    (information / "entry_points.txt").write_text(f"[{group}]\n{name} = {value}\n")
    shutil.copy(Path(__file__).with_name("media_dir.py"), site)
    return site


@pytest.fixture
def buckets(tmp_path_factory, monkeypatch):
    """The folder whose folders are buckets."""
    folder = tmp_path_factory.mktemp("buckets")
    monkeypatch.setenv("MEDIA_DIR", str(folder))
    return folder


class TestAddedScheme(StorageContract):
    @pytest.fixture
    def base(self):
        return "dir://bucket/out/"

    @pytest.fixture
    def storage(self, installed, buckets, monkeypatch, base):
        monkeypatch.syspath_prepend(str(installed))
        schemes._added.cache_clear()
        yield storages()(base)
        schemes._added.cache_clear()


def media(installed, *arguments):
    """Run ``airflow media`` where the distribution is installed."""
    path = os.pathsep.join([str(installed), *sys.path])
    return subprocess.run(
        [sys.executable, "-m", "airflow_provider_media.cli", *arguments],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
        timeout=110,
    )


def test_job_reads_and_writes_an_added_scheme(installed, buckets, tmp_path):
    clip(buckets / "in" / "film.mp4")
    workflow = tmp_path / "small.yaml"
    workflow.write_text(WORKFLOW + "\n")
    done = media(
        installed,
        "run",
        "--workflow",
        str(workflow),
        "--source",
        "dir://in/film.mp4",
        "--output",
        "dir://out/films",
        "--json",
    )
    assert done.returncode == 0, done.stderr
    manifest = json.loads(done.stdout)
    made = {entry["uri"]: entry["size"] for entry in manifest["outputs"]}
    assert set(made) == {"dir://out/films/mp4.mp4", "dir://out/films/shot.jpg"}
    assert all((buckets / uri.removeprefix("dir://")).stat().st_size == size for uri, size in made.items())


def test_workflow_with_added_storage_scheme_is_valid_only_where_installed(installed, tmp_path):
    folder = tmp_path / "include" / "workflows"
    folder.mkdir(parents=True)
    (folder / "small.yaml").write_text(WORKFLOW.replace("output: {", "output: {location: 'dir://out/', "))
    assert media(installed, "lint", str(folder.parent)).returncode == 0
    refused = media(tmp_path, "lint", str(folder.parent))
    assert refused.returncode == 2
    assert (
        "'dir://out/' has no scheme that is read here; allowed: s3://, gs://, file://"
        in refused.stdout + refused.stderr
    )
