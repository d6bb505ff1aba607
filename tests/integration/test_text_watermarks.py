"""Texts of several scripts on the pictures of a whole job."""

import json
import subprocess
import sys

import pytest

from tests.media import clip

pytestmark = pytest.mark.integration

WORKFLOW = """
name: marked
output: {{path: "{{output}}.{{format}}"}}
outputs:
  plain: {{kind: snapshots, format: png, at: [0.5], watermarks: []}}
  marked: {{kind: snapshots, format: png, at: [0.5], watermarks: [{{text: "{text}", size: 20%, corner: top_left}}]}}
"""


def called(*arguments):
    argv = [sys.executable, "-m", "airflow_provider_media.cli", *map(str, arguments)]
    return subprocess.run(argv, capture_output=True, text=True, check=False, timeout=90)


@pytest.mark.parametrize("text", ["Hello 세계 مرحبا 👋", "简体 繁體 日本", "שלום สวัสดี नमस्ते"])
def test_a_text_of_any_script_is_seen_on_the_picture(tmp_path, text):
    from PIL import Image, ImageChops

    workflow = tmp_path / "marked.yaml"
    workflow.write_text(WORKFLOW.format(text=text))
    source = clip(tmp_path / "a.mp4", width=320, height=180)
    done = called("run", "--workflow", workflow, "--source", source, "--output", tmp_path / "out", "--json")
    assert done.returncode == 0, done.stdout
    plain, marked = (Image.open(tmp_path / "out" / f"{name}.png").convert("RGB") for name in ("plain", "marked"))
    left, top, right, bottom = ImageChops.difference(plain, marked).getbbox()
    assert (right - left) > 2 * (bottom - top)
    assert bottom <= 0.02 * 180 + 0.2 * 180 + 2


def test_text_watermark_without_font_is_refused_by_lint_and_run(tmp_path):
    workflow = tmp_path / "marked.yaml"
    workflow.write_text(WORKFLOW.format(text="ཀ་"))
    linted = called("lint", workflow)
    assert linted.returncode == 2
    assert "marked.yaml:6:" in linted.stdout + linted.stderr
    assert "have no 'ཀ་'" in linted.stdout + linted.stderr
    done = called(
        "run", "--workflow", workflow, "--source", clip(tmp_path / "a.mp4"), "--output", tmp_path / "out", "--json"
    )
    assert (done.returncode, json.loads(done.stdout)["error"]["code"]) == (2, "workflow_invalid")
