"""A kind of output from outside the package, by the recipe of CONTRIBUTING.md: one module and one entry point."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.media import clip

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
ENTRY_POINT = '[project.entry-points."airflow_provider_media.outputs"]\nframe_hashes = "frame_hashes:FRAME_HASHES"\n'
WORKFLOW = """
name: archive
output: {path: "{input_name}.{format}"}
outputs:
  hashes: {kind: %s}
"""


@pytest.fixture
def packages(tmp_path):
    """A folder into which the distribution ``frame-hashes`` is installed, as a package installer would."""
    folder = tmp_path / "packages"
    record = folder / "frame_hashes-1.0.dist-info"
    record.mkdir(parents=True)
    shutil.copy(HERE / "frame_hashes.py", folder)
    (record / "METADATA").write_text("Metadata-Version: 2.1\nName: frame-hashes\nVersion: 1.0\n")
    (record / "entry_points.txt").write_text(
        "[airflow_provider_media.outputs]\nframe_hashes = frame_hashes:FRAME_HASHES\n"
    )
    return folder


@pytest.fixture
def media(packages):
    """``airflow media`` in a process of its own, where the distribution is installed."""
    path = os.pathsep.join([str(packages), str(ROOT / "provider" / "src")])

    def call(*arguments):
        command = [sys.executable, "-m", "airflow_provider_media.cli", *map(str, arguments)]
        environment = {**os.environ, "PYTHONPATH": path}
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)

    return call


def written(folder, kind):
    path = folder / "archive.yaml"
    path.write_text(WORKFLOW % kind)
    return path


def test_contributing_shows_the_entry_point_that_is_installed():
    assert ENTRY_POINT in (ROOT / "CONTRIBUTING.md").read_text()


def test_added_kind_is_in_the_schema(media):
    schema = json.loads(media("lint", "--schema").stdout)
    assert schema["$defs"]["FrameHashesSpec"]["properties"]["format"]["const"] == "txt"
    assert "frame_hashes" in json.dumps(schema["properties"]["outputs"])


def test_lint_accepts_the_added_kind_and_knows_its_fields(media, tmp_path):
    done = media("lint", written(tmp_path, "frame_hashes"))
    assert (done.returncode, done.stdout.strip().splitlines()[-1]) == (0, "1 file: 0 errors, 0 warnings")
    wrong = media("lint", written(tmp_path, "frame_hashes, formt: txt"))
    assert wrong.returncode == 2
    assert "outputs.hashes.formt: there is no such field" in wrong.stdout
    assert "Did you mean 'format'?" in wrong.stdout


def test_lint_finds_the_added_kind_by_its_synonym(media, tmp_path):
    assert "Did you mean 'frame_hashes'?" in media("lint", written(tmp_path, "framemd5")).stdout


def test_state_machine_may_call_the_added_kind(media, tmp_path):
    machine = tmp_path / "machine.json"
    state = {"Type": "Task", "Resource": "media:frame_hashes", "End": True}
    machine.write_text(json.dumps({"StartAt": "Hash", "States": {"Hash": state}}))
    done = media("statemachine", "lint", machine)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.integration
def test_plan_and_run_make_the_added_kind(media, tmp_path):
    workflow, source = written(tmp_path, "frame_hashes"), clip(tmp_path / "clip.mp4", seconds=1)
    planned = media("plan", "--source", source, "--workflow", workflow)
    made = r"makes hashes\.txt \(frame_hashes data, key \w+\) -> clip\.txt"
    assert re.search(made, planned.stdout), planned.stderr
    done = media("run", "--source", source, "--workflow", workflow, "--output", tmp_path / "out", "--json")
    assert done.returncode == 0, done.stderr
    (made,) = json.loads(done.stdout)["outputs"]
    assert (made["output"], made["facts"]) == ("hashes", {"frames": 25})
    assert len([line for line in (tmp_path / "out" / "clip.txt").read_text().splitlines() if "#" not in line]) == 25


def test_kind_that_cannot_be_loaded_is_named_with_its_distribution(media, packages, tmp_path):
    (packages / "frame_hashes.py").write_text("import no_such_module\n")
    done = media("lint", written(tmp_path, "frame_hashes"))
    assert done.returncode == 2, done.stderr
    assert "(airflow_provider_media.outputs) of frame-hashes cannot be loaded: ModuleNotFoundError" in done.stderr
