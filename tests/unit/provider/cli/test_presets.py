"""``airflow media presets`` lists what outputs can name."""

from __future__ import annotations

import json

import pytest

from airflow_provider_media.cli.__main__ import main
from airflow_provider_media.core.workflows.presets import builtin_presets


def presets(capsys, *arguments: str) -> tuple[int, str, str]:
    try:
        main(["presets", *arguments])
    except SystemExit as end:
        return int(end.code or 0), *capsys.readouterr()
    return 0, *capsys.readouterr()


def test_every_preset_has_a_line_with_its_kind_and_settings(capsys):
    _, out, _ = presets(capsys)
    assert [line.split()[0] for line in out.splitlines()] == sorted(builtin_presets().nodes)
    assert "snapshots           at (1), width 1280, format jpg, quality 85" in out


def test_one_preset_is_shown_whole(capsys):
    _, out, _ = presets(capsys, "h264-720p")
    assert "kind: transcode" in out
    assert "  max_bitrate: 4000000" in out


def test_project_preset_is_listed_with_fields_of_preset_it_names(tmp_path, capsys):
    (tmp_path / "own.yaml").write_text("small: {preset: h264-720p, video: {height: 240}}\n")
    found = json.loads(presets(capsys, "small", "--presets", str(tmp_path), "--json")[1])["small"]
    assert (found["kind"], found["video"]["height"], found["video"]["codec"]) == ("transcode", 240, "h264")
    assert "preset" not in found


@pytest.mark.parametrize("name", ["h264-720", "nothing"])
def test_unknown_preset_is_refused_with_the_nearest_name(capsys, name):
    code, _, said = presets(capsys, name)
    assert code == 2
    assert f"there is no preset '{name}'." in said
    assert ("Did you mean 'h264-720p'?" in said) == (name == "h264-720")
