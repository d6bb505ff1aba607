"""Workflows and accounts are those of the files as they are now."""

import os

import pytest

from airflow_provider_media.core.errors import ConfigurationError
from airflow_provider_media.core.submission.errors import WorkflowUnknown
from airflow_provider_media.hooks import catalogue, settings

POSTER = "name: {name}\ndescription: {text}\noutputs:\n  poster: {{kind: snapshots, at: [0s]}}\n"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    (tmp_path / "workflows").mkdir()
    (tmp_path / "presets").mkdir()
    monkeypatch.setattr(settings, "workflows_folder", lambda: tmp_path / "workflows")
    monkeypatch.setattr(settings, "presets_folder", lambda: tmp_path / "presets")
    monkeypatch.setattr(settings, "queues_file", lambda: tmp_path / "queues.yaml")
    return tmp_path


def write(path, text, age=0):
    path.write_text(text)
    os.utime(path, ns=(10**18 + age, 10**18 + age))


def test_workflow_is_found_by_its_name_not_file_name(folder):
    write(folder / "workflows" / "a.yaml", POSTER.format(name="clip", text="one"))
    assert catalogue.find_workflow("clip").workflow.description == "one"


def test_changed_file_is_read_again_and_unchanged_file_not(folder):
    write(folder / "workflows" / "a.yaml", POSTER.format(name="clip", text="one"))
    first = catalogue.find_workflow("clip")
    assert catalogue.find_workflow("clip") is first
    write(folder / "workflows" / "a.yaml", POSTER.format(name="clip", text="two"), age=1)
    assert catalogue.find_workflow("clip").workflow.description == "two"


def test_an_unknown_workflow_is_told_which_there_are(folder):
    write(folder / "workflows" / "a.yaml", POSTER.format(name="clip", text="one"))
    with pytest.raises(WorkflowUnknown, match=r"there are: clip\. Did you mean 'clip'\?"):
        catalogue.find_workflow("clips")


def test_a_broken_file_hides_no_other_workflow(folder):
    write(folder / "workflows" / "a.yaml", POSTER.format(name="clip", text="one"))
    write(folder / "workflows" / "b.yaml", "name: [")
    assert catalogue.find_workflow("clip").workflow.name == "clip"
    assert not catalogue.is_complete()
    (folder / "workflows" / "b.yaml").unlink()
    assert catalogue.is_complete()


def test_accounts_are_read_again_when_their_file_changes(folder):
    assert list(catalogue.queues().accounts) == ["default"]
    write(folder / "queues.yaml", "accounts: {acme: {}}")
    assert "acme" in catalogue.queues().accounts


@pytest.mark.parametrize("refused", ["schedule: '0 0 30 2 *'\n", "account: acme\n", "tags: [" + "x" * 101 + "]\n"])
def test_workflow_that_lint_refuses_cannot_be_submitted(folder, refused):
    trigger = (
        "trigger: {bucket: inbox, account: acme}\n"
        if "account" in refused
        else f"trigger: {{bucket: inbox}}\n{refused}"
    )
    write(folder / "workflows" / "a.yaml", POSTER.format(name="clip", text="one") + trigger)
    with pytest.raises(WorkflowUnknown):
        catalogue.find_workflow("clip")
    assert not catalogue.is_complete()


def test_broken_accounts_file_raises_with_its_place_and_leaves_workflows(folder):
    write(folder / "workflows" / "a.yaml", POSTER.format(name="clip", text="one"))
    write(folder / "queues.yaml", "accounts:\n  acme: {limit: 1}\n")
    with pytest.raises(ConfigurationError, match=r"queues\.yaml:2:10: accounts\.acme\.limit: "):
        catalogue.queues()
    assert catalogue.find_workflow("clip").workflow.name == "clip"
    assert catalogue.is_complete()
