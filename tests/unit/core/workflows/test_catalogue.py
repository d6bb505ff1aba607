"""A bad workflow never hides the good ones."""

from __future__ import annotations

from pathlib import Path

from airflow_provider_media.core.workflows.catalogue import read_catalogue
from airflow_provider_media.core.workflows.presets import builtin_presets, load_presets

ROOT = Path(__file__).parents[4]
GOOD = "outputs: {a: {preset: h264-720p}}\n"


def catalogue(folder: Path, **files: str):
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text)
    return read_catalogue(folder.glob("*.yaml"), builtin_presets())


def test_every_shipped_workflow_is_sound_without_a_warning():
    found = read_catalogue((ROOT / "include" / "workflows").glob("*.yaml"), load_presets(ROOT / "include" / "presets"))
    assert [str(one) for one in found.diagnostics] == []
    assert sorted(workflow.name for workflow in found.workflows.values()) == sorted(path.stem for path in found.workflows)
    assert len(found.workflows) >= 5


def test_healthy_workflows_are_read_beside_broken_ones(tmp_path):
    found = catalogue(tmp_path, good=f"name: good\n{GOOD}", broken="name: [", wrong="name: wrong\noutputs: {}\n")
    assert [path.stem for path in found.workflows] == ["good"]
    assert sorted(Path(file).stem for file in found.errors) == ["broken", "wrong"]


def test_each_bad_file_has_one_error_with_all_that_is_wrong(tmp_path):
    found = catalogue(tmp_path, wrong=f"name: wrong\npriority: high\nintegrity: lax\n{GOOD}")
    (error,) = found.errors.values()
    assert len(str(error).splitlines()) == 2


def test_of_two_workflows_with_one_name_the_second_is_told_whose_it_is(tmp_path):
    found = catalogue(tmp_path, a=f"name: same\n{GOOD}", b=f"name: same\n{GOOD}")
    assert [path.stem for path in found.workflows] == ["a"]
    assert f"b.yaml:1:1: name: 'same' is the name of the workflow in {tmp_path / 'a.yaml'}" in str(found.diagnostics[0])


def test_warnings_are_no_errors(tmp_path):
    found = catalogue(tmp_path, a="name: a\noutputs: {facts: {kind: probe_report}}\n")
    assert len(found.workflows) == 1
    assert found.errors == {}
    assert [one.rule for one in found.diagnostics] == ["only-a-report"]
