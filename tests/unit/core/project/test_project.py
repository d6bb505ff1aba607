"""One load judges all files of a project; an invalid file never hides the valid ones."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from airflow_provider_media.core.project.project import Project, ProjectFiles, yaml_files

ROOT = Path(__file__).parents[4]
GOOD = "outputs: {a: {preset: h264-720p}}\n"
PASS = {"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}}
TOKEN = {
    "StartAt": "A",
    "States": {"A": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken", "End": True}},
}


def files_of(folder: Path) -> ProjectFiles:
    return ProjectFiles(
        workflows=yaml_files(folder / "workflows"),
        machines=tuple(sorted((folder / "state_machines").glob("*.json"))),
        presets=folder / "presets",
        accounts=folder / "queues.yaml",
    )


@pytest.fixture
def folder(tmp_path):
    for name in ("workflows", "state_machines", "presets"):
        (tmp_path / name).mkdir()
    return tmp_path


def project_of(folder: Path, **workflows: str) -> Project:
    for name, text in workflows.items():
        (folder / "workflows" / f"{name}.yaml").write_text(text)
    return Project.load(files_of(folder))


def machine(folder: Path, name: str, definition: object = PASS, settings: str | None = None) -> Path:
    path = folder / "state_machines" / f"{name}.json"
    path.write_text(definition if isinstance(definition, str) else json.dumps(definition, indent=2))
    if settings is not None:
        path.with_suffix(".yaml").write_text(settings)
    return path


def test_project_that_ships_has_no_diagnostics():
    project = Project.load(files_of(ROOT / "include"))
    assert [str(one) for one in project.diagnostics] == []
    assert sorted(project.workflows) == sorted(path.stem for path in project.workflow_paths.values())
    assert len(project.workflows) >= 5
    assert len(project.machines) >= 2


def test_project_with_broken_workflows_has_the_valid_ones(folder):
    project = project_of(folder, good=f"name: good\n{GOOD}", broken="name: [", wrong="name: wrong\noutputs: {}\n")
    assert list(project.workflows) == ["good"]
    assert sorted(Path(one.mark.file).stem for one in project.errors) == ["broken", "wrong"]


def test_project_has_every_error_of_a_file(folder):
    project = project_of(folder, wrong=f"name: wrong\npriority: high\nintegrity: lax\n{GOOD}")
    assert [one.mark.line for one in project.errors] == [2, 3]


def test_workflow_name_in_use_is_error_naming_other_file(folder):
    project = project_of(folder, a=f"name: same\n{GOOD}", b=f"name: same\n{GOOD}")
    assert [path.stem for path in project.workflow_paths.values()] == ["a"]
    owner = folder / "workflows" / "a.yaml"
    assert f"b.yaml:1:1: name: 'same' is the name of the workflow in {owner}" in str(project.diagnostics[0])


def test_warning_is_no_error(folder):
    project = project_of(folder, a="name: a\noutputs: {facts: {kind: probe_report}}\n")
    assert len(project.workflows) == 1
    assert project.errors == ()
    assert [one.rule for one in project.diagnostics] == ["only-a-report"]


@pytest.mark.parametrize(
    ("schedule", "problem"),
    [
        ("every night", "is no cron expression"),
        ("''", "is no cron expression"),
        ("'0 0 30 2 *'", "names a day that never comes"),
        ("'0 0 1 1 * 0 2020'", "names a day that never comes"),
        ("'@continuous'", "is no cron expression"),
    ],
)
def test_schedule_airflow_cannot_plan_is_error_with_place(folder, schedule, problem):
    project = project_of(folder, a=f"name: a\n{GOOD}trigger: {{bucket: inbox}}\nschedule: {schedule}\n")
    machine(folder, "m", settings=f"tags: [a]\nschedule: {schedule}\n")
    found = [*project.errors, *Project.load(files_of(folder)).errors_in([folder / "state_machines" / "m.yaml"])]
    assert [(one.field, problem in one.message) for one in found] == [("schedule", True)] * 2
    assert [(one.mark.line, one.mark.column) for one in found] == [(4, 1), (2, 1)]
    assert Project.load(files_of(folder)).machines == {}


@pytest.mark.parametrize("schedule", ["'0 3 * * *'", "'@daily'", "'@once'", "'@quarterly'"])
def test_machine_with_a_schedule_of_airflow_is_valid(folder, schedule):
    machine(folder, "m", settings=f"schedule: {schedule}\n")
    assert list(Project.load(files_of(folder)).machines) == ["m"]


@pytest.mark.parametrize("name", ["announce", "state_stop", "state_task2", "uploads_expiry", "ingest_normal"])
def test_workflow_named_like_package_dag_is_error(folder, name):
    project = project_of(folder, a=f"name: {name}\n{GOOD}")
    assert [(one.rule, one.mark.line) for one in project.errors] == [("name-reserved", 1)]


def test_workflow_tag_longer_than_airflow_takes_is_error(folder):
    assert project_of(folder, a=f"name: a\n{GOOD}tags: [{'x' * 100}]\n").errors == ()
    project = project_of(folder, a=f"name: a\n{GOOD}tags: [film, {'x' * 101}]\n")
    assert [(one.field, one.rule) for one in project.errors] == [("tags[1]", "tag-too-long")]


def test_trigger_of_unknown_account_is_error_with_place(folder):
    project = project_of(folder, a=f"name: a\n{GOOD}trigger:\n  bucket: inbox\n  account: acme\n")
    assert [(one.rule, one.mark.line, one.mark.column) for one in project.errors] == [("trigger-account", 5, 3)]
    (folder / "queues.yaml").write_text("accounts: {acme: {}}\n")
    assert list(project_of(folder).workflows) == ["a"]


def test_broken_accounts_file_is_error_with_place_hiding_no_workflow(folder):
    (folder / "queues.yaml").write_text("accounts:\n  acme:\n    limits: {active: 0}\n")
    project = project_of(folder, a=f"name: a\n{GOOD}trigger: {{bucket: inbox, account: acme}}\n")
    assert list(project.workflows) == ["a"]
    assert project.accounts is None
    (error,) = project.errors
    assert (error.field, error.mark.line, error.mark.column) == ("accounts.acme.limits.active", 3, 14)


def test_mistake_in_preset_is_error_though_no_workflow_uses_it(folder):
    (folder / "presets" / "house.yaml").write_text("house: {preset: poster, widht: 5}\n")
    project = project_of(folder, a=f"name: a\n{GOOD}")
    assert list(project.workflows) == ["a"]
    assert [(Path(one.mark.file).name, one.rule) for one in project.errors] == [("house.yaml", "unknown-field")]


def test_errors_of_machines_have_file_line_and_column(folder):
    wrong = machine(folder, "wrong", {"StartAt": "A", "States": {"A": {"Type": "Wait", "Seconds": -1, "End": True}}})
    broken = machine(folder, "broken", "{\n  'StartAt': 1}")
    named = machine(folder, "no name")
    asks = machine(folder, "asks", TOKEN, "tags: []\ntype: express\n")
    machine(folder, "good")
    project = Project.load(files_of(folder))
    assert list(project.machines) == ["good"]
    places = {one.mark.file: (one.mark.line, one.mark.column) for one in project.errors}
    assert places == {
        str(wrong): (6, 7),
        str(broken): (2, 3),
        str(named): (1, 1),
        str(asks.with_suffix(".yaml")): (2, 1),
    }


def with_stored(folder: Path, **workflows: str) -> Project:
    copies = folder / "stored"
    copies.mkdir()
    for name, text in workflows.items():
        (copies / f"{name}.yaml").write_text(text)
    files = ProjectFiles(workflows=yaml_files(folder / "workflows"), stored_workflows=yaml_files(copies))
    return Project.load(files)


def test_stored_workflow_is_beside_files_and_never_takes_their_names(folder):
    (folder / "workflows" / "z.yaml").write_text(f"name: a\n{GOOD}")
    project = with_stored(folder, a=f"name: a\n{GOOD}", b=f"name: b\n{GOOD}", z=f"name: z\n{GOOD}")
    assert {name: path.parent.name for name, path in project.workflow_paths.items()} == {
        "a": "workflows",
        "b": "stored",
    }
    assert [(Path(one.mark.file).name, one.rule) for one in project.errors] == [
        ("a.yaml", "definition-in-files"),
        ("z.yaml", "definition-in-files"),
    ]


def test_stored_workflow_with_another_name_in_its_text_defines_nothing(folder):
    project = with_stored(folder, a=f"name: b\n{GOOD}")
    assert project.workflows == {}
    assert [one.rule for one in project.errors] == ["definition-name-differs"]
