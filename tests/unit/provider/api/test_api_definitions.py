"""Definitions by REST: real store and files, an editor (ann), a viewer (vic) and a stranger (nil)."""

import json
import shutil
import tempfile
from dataclasses import replace

import jsonschema
import pytest

from airflow_provider_media.api import definition_checks
from airflow_provider_media.api.concurrency_limit import ConcurrencyLimit
from airflow_provider_media.api.definition_checks import SHOWN_DIAGNOSTICS, shown_of
from airflow_provider_media.api.definition_examples import CHECKS, SAVES
from airflow_provider_media.api.errors import DefinitionChecksBusy
from airflow_provider_media.core.diagnostics import NOWHERE, Diagnostic, TextDiagnostic
from airflow_provider_media.hooks import definitions, settings

CLIPS = "name: clips\noutputs:\n  hd:\n    preset: h264-720p\n"
BROKEN = "name: clips\noutputs:\n  hd:\n    preset: h264-721p\n"
DIAGNOSTIC = Diagnostic(mark=NOWHERE, message="wrong", rule="some-rule")
PASS = json.dumps({"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}})


@pytest.fixture(autouse=True)
def include(tmp_path, monkeypatch):
    """A store in a folder, and one workflow in a file."""
    for option, name in (
        ("workflows_folder", "workflows"),
        ("state_machines_folder", "state_machines"),
        ("presets_folder", "presets"),
        ("queues_file", "queues.yaml"),
    ):
        path = tmp_path / name
        if name != "queues.yaml":
            path.mkdir()
        monkeypatch.setattr(settings, option, lambda path=path: path)
    (tmp_path / "workflows" / "vod.yaml").write_text(CLIPS.replace("clips", "vod"))
    monkeypatch.setenv("AIRFLOW__MEDIA__DEFINITIONS", f"file://{tmp_path}/definitions")
    return tmp_path


def put(client, name="clips", user="ann", kind="workflows", **fields):
    body = {"text": CLIPS, "status": "published", "base": None} | fields
    return client.put(f"/v1/definitions/{kind}/{name}", json=body, headers=of(user))


def get(client, path, user="ann"):
    return client.get(f"/v1/definitions/{path}", headers=of(user))


def of(user):
    return {"Authorization": f"Bearer {user}"}


def code(answer):
    return answer.status_code, answer.json()["error"]["code"]


def test_put_new_definition_returns_version_one_and_asks_for_parsing(client, backend):
    answer = put(client, comment="First.")
    saved = answer.json()
    assert answer.status_code == 200
    assert (saved["version"], saved["saved_by"], saved["origin"], saved["can_change"]) == (1, "ann", "store", True)
    assert get(client, "workflows/clips").json() == saved
    assert backend.parse_requests == ["workflows"]


def test_put_with_stale_base_is_412_naming_who_saved(client):
    put(client)
    put(client, base=1, status="draft")
    answer = put(client, base=1)
    assert code(answer) == (412, "definition_changed")
    detail = answer.json()["error"]["detail"]
    assert (detail["version"], detail["saved_by"]) == (2, "ann")
    assert detail["saved_at"] == get(client, "workflows/clips").json()["saved_at"].replace("Z", "+00:00")


def test_put_as_new_although_it_exists_is_412(client):
    put(client)
    assert code(put(client)) == (412, "definition_changed")


def test_put_name_of_file_is_409(client):
    assert code(put(client, "vod", text=CLIPS.replace("clips", "vod"))) == (409, "definition_in_files")


def test_publishing_text_with_errors_is_422_with_places(client, backend):
    answer = put(client, text=BROKEN)
    assert code(answer) == (422, "definition_invalid")
    (found,) = answer.json()["error"]["detail"]["diagnostics"]
    assert (found["severity"], found["path"], found["line"], found["column"]) == (
        "error",
        ["outputs", "hd", "preset"],
        4,
        5,
    )
    assert backend.parse_requests == []


def test_draft_with_errors_is_saved(client):
    assert put(client, text=BROKEN, status="draft").json()["status"] == "draft"


def test_published_name_must_be_that_in_text(client):
    answer = put(client, "other")
    assert code(answer) == (422, "definition_invalid")
    assert answer.json()["error"]["detail"]["diagnostics"][0]["path"] == ["name"]


def test_draft_with_name_no_workflow_may_have_is_422(client):
    assert code(put(client, "Clips", status="draft")) == (422, "definition_invalid")


def test_state_machine_is_saved_with_its_settings(client):
    put(client, "greet", kind="state-machines", text=PASS, settings="type: express\n")
    saved = get(client, "state-machines/greet").json()
    assert (saved["text"], saved["settings"]) == (PASS, "type: express\n")


def test_settings_of_workflow_are_refused(client):
    answer = put(client, settings="type: express\n")
    assert code(answer) == (422, "definition_invalid")
    (found,) = answer.json()["error"]["detail"]["diagnostics"]
    assert (found["part"], found["code"]) == ("settings", "definition-settings")


def test_mistake_in_settings_names_its_part(client):
    answer = put(client, "greet", kind="state-machines", text=PASS, settings="typ: express\n")
    (found,) = answer.json()["error"]["detail"]["diagnostics"]
    assert (found["part"], found["line"], found["path"]) == ("settings", 1, ["typ"])


def test_list_has_stored_definitions_and_files(client):
    put(client, status="draft")
    listed = get(client, "workflows").json()["definitions"]
    assert [(one["name"], one["origin"], one["status"], one["version"], one["can_change"]) for one in listed] == [
        ("clips", "store", "draft", 1, True),
        ("vod", "files", "published", None, False),
    ]


def test_file_is_shown_and_cannot_be_changed(client):
    shown = get(client, "workflows/vod").json()
    assert (shown["origin"], shown["can_change"], shown["text"]) == ("files", False, CLIPS.replace("clips", "vod"))


def test_versions_are_listed_newest_first_and_readable(client):
    put(client, comment="one")
    put(client, base=1, status="disabled", comment="two")
    versions = get(client, "workflows/clips/versions").json()["versions"]
    assert [(one["version"], one["status"], one["comment"]) for one in versions] == [
        (2, "disabled", "two"),
        (1, "published", "one"),
    ]
    assert versions[0]["hash"] == versions[1]["hash"]
    assert get(client, "workflows/clips/versions/1").json() == {**versions[1], "text": CLIPS, "settings": ""}
    assert code(get(client, "workflows/clips/versions/3")) == (404, "definition_unknown")


def test_viewer_reads_and_may_not_save(client):
    put(client)
    assert get(client, "workflows/clips", user="vic").json()["can_change"] is False
    assert [one["can_change"] for one in get(client, "workflows", user="vic").json()["definitions"]] == [False, False]
    assert code(put(client, user="vic", base=1)) == (403, "forbidden")
    assert get(client, "workflows/clips").json()["version"] == 1


@pytest.mark.parametrize("path", ["workflows/clips", "workflows/clips/versions/1"])
def test_only_editors_see_secrets_in_urls(client, path):
    text = CLIPS + "# see https://ann:pass@hooks.example/in?token=abc for more\n"
    assert put(client, text=text).status_code == 200
    assert get(client, path).json()["text"] == text
    assert get(client, path, user="vic").json()["text"] == CLIPS + "# see https://hooks.example/in for more\n"


@pytest.mark.parametrize("path", ["workflows/{}", "workflows/{}/versions", "workflows/{}/versions/1"])
def test_stranger_gets_same_answer_for_existing_and_absent(client, path):
    put(client)
    there, absent = (get(client, path.format(name), user="nil") for name in ("clips", "clipz"))
    assert code(there) == code(absent) == (404, "definition_unknown")
    assert there.json()["error"]["message"].replace("clips", "clipz") == absent.json()["error"]["message"]


def test_stranger_sees_empty_list_and_may_not_save(client):
    put(client)
    assert get(client, "workflows", user="nil").json() == {"definitions": []}
    assert code(put(client, user="nil", base=1)) == (404, "definition_unknown")


def test_without_store_files_are_shown_and_nothing_is_saved(client, monkeypatch):
    monkeypatch.setenv("AIRFLOW__MEDIA__DEFINITIONS", "")
    assert [one["name"] for one in get(client, "workflows").json()["definitions"]] == ["vod"]
    assert code(get(client, "workflows/clips")) == (404, "definition_unknown")
    assert code(get(client, "workflows/clips/versions")) == (404, "definitions_unavailable")
    assert code(put(client)) == (404, "definitions_unavailable")


def test_cookie_alone_saves_nothing(client):
    body = {"text": CLIPS, "status": "published", "base": None}
    answer = client.put(
        "/v1/definitions/workflows/clips", json=body, headers={"Authorization": "", "Cookie": "_token=ann"}
    )
    assert code(answer) == (403, "cross_site_refused")


def test_check_uses_presets_of_project_and_saves_nothing(client, include):
    text = CLIPS.replace("h264-720p", "house")
    check = {"text": text, "name": "clips"}
    before = client.post("/v1/definitions/workflows/check", json=check).json()["diagnostics"]
    (include / "presets" / "house.yaml").write_text("house: {preset: h264-720p}\n")
    after = client.post("/v1/definitions/workflows/check", json=check).json()["diagnostics"]
    assert [one["path"] for one in before] == [["outputs", "hd", "preset"]]
    assert after == []
    assert not (include / "definitions").exists()


def test_check_over_its_time_is_stopped_and_leaves_nothing(client, monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(definition_checks, "CHECK_SECONDS", 0)
    states = {f"W{number}": {"Type": "Pass", "Next": f"W{number + 1}"} for number in range(3000)}
    text = json.dumps({"StartAt": "W0", "States": states | {"W3000": {"Type": "Succeed"}}})  # takes a good while
    (found,) = client.post("/v1/definitions/state-machines/check", json={"text": text}).json()["diagnostics"]
    assert (found["severity"], found["code"]) == ("error", "check-stopped")
    assert code(put(client, "greet", kind="state-machines", text=text)) == (422, "definition_invalid")
    assert put(client, "greet", kind="state-machines", text=text, status="draft").status_code == 200
    assert list(tmp_path.glob("definition-*")) == []


def test_answer_with_many_diagnostics_shows_errors_first(client):
    states = {f"W{number}": {"Type": "Pass", "End": True} for number in range(600)}
    text = json.dumps({"StartAt": "W0", "States": states})
    found = client.post("/v1/definitions/state-machines/check", json={"text": text}).json()["diagnostics"]
    assert len(found) == SHOWN_DIAGNOSTICS
    error, warning = (TextDiagnostic.of(replace(DIAGNOSTIC, severity=severity)) for severity in ("error", "warning"))
    assert shown_of([warning] * SHOWN_DIAGNOSTICS + [error])[:2] == (error, warning)


def test_check_warns_of_resources_that_do_not_exist(client):
    inner = {"StartAt": "B/C", "States": {"B/C": {"Type": "Task", "Resource": "media:snapshot", "End": True}}}
    states = {
        "A": {"Type": "Map", "ItemProcessor": inner, "Next": "D"},
        "D": {"Type": "Task", "Resource": "media:snapshots", "End": True},
    }
    text = json.dumps({"StartAt": "A", "States": states}, indent=1)
    (found,) = client.post("/v1/definitions/state-machines/check", json={"text": text}).json()["diagnostics"]
    assert (found["severity"], found["code"]) == ("warning", "resource-unknown")
    assert found["path"] == ["States", "A", "ItemProcessor", "States", "B/C", "Resource"]
    assert '"media:snapshot"' in text.splitlines()[found["line"] - 1]
    assert "media:snapshots" in found["hint"]
    saved = put(client, name="many", kind="state-machines", text=text)
    assert saved.status_code == 200, "a worker may have more resources"


@pytest.fixture
def taken_check(app):
    """The app while as many checks run as may."""
    before, app.state.definition_check_limit = (
        app.state.definition_check_limit,
        ConcurrencyLimit(1, DefinitionChecksBusy),
    )
    with app.state.definition_check_limit.acquire():
        yield
    app.state.definition_check_limit = before


@pytest.mark.usefixtures("taken_check")
def test_check_over_the_concurrency_limit_is_refused(client):
    answer = client.post("/v1/definitions/workflows/check", json={"text": CLIPS})
    assert code(answer) == (429, "definition_checks_busy")
    assert answer.headers["retry-after"] == "1"
    assert code(put(client)) == (429, "definition_checks_busy")


def test_check_tells_nothing_of_files_of_the_server(client):
    for file in ("/etc/passwd", "/etc/nothing-here"):
        text = CLIPS.replace("h264-720p", f"h264-720p\n    watermarks: [{{text: a, font: 'file://{file}'}}]")
        assert client.post("/v1/definitions/workflows/check", json={"text": text}).json() == {"diagnostics": []}


def test_path_keeps_slash_in_name_of_state(client):
    states = {"in/out": {"Type": "Wait", "Seconds": -1, "End": True}}
    check = {"text": json.dumps({"StartAt": "in/out", "States": states}), "settings": "schedule: never\n"}
    found = client.post("/v1/definitions/state-machines/check", json=check).json()["diagnostics"]
    assert [one["path"][:3] for one in found if one["part"] == "text"] == [["States", "in/out", "Seconds"]]
    assert [one["path"] for one in found if one["part"] == "settings"] == [["schedule"]]


def test_error_in_preset_keeps_workflow_from_publication(client, include):
    (include / "presets" / "house.yaml").write_text("house: {kind: transcode, video: {codec: h265x}}\n")
    answer = put(client, text=CLIPS.replace("h264-720p", "house"))
    assert code(answer) == (422, "definition_invalid")
    assert any("house.yaml" in one["message"] for one in answer.json()["error"]["detail"]["diagnostics"])


def test_unchanged_list_is_answered_304(client):
    put(client)
    tag = get(client, "workflows").headers["etag"]
    again = client.get("/v1/definitions/workflows", headers={"If-None-Match": tag})
    assert again.status_code == 304


@pytest.mark.parametrize("example", CHECKS)
def test_example_checks_are_taken(client, example):
    assert client.post("/v1/definitions/workflows/check", json=CHECKS[example]["value"]).status_code == 200


def test_example_save_of_new_workflow_is_taken(client):
    assert put(client, **SAVES["new"]["value"]).status_code == 200


def test_save_is_answered_although_this_machine_keeps_no_copy(client, include, monkeypatch):
    put(client)
    folder = definitions.mirror_folder(settings.definitions()) / "workflows" / "current"
    shutil.rmtree(folder)
    folder.write_text("a file where the folder should be")
    assert put(client, base=1).json()["version"] == 2


def test_unreadable_store_is_503_and_files_still_work(client, include):
    folder = include / "definitions"
    folder.write_text("a file where the folder should be")
    assert code(put(client)) == (503, "storage_failed")
    assert get(client, "workflows/vod").status_code == 200


def test_object_that_is_no_definition_is_503_naming_it(client, include):
    path = include / "definitions" / "workflows" / "clips" / "versions" / "000001.json"
    path.parent.mkdir(parents=True)
    path.write_text("junk")
    answer = get(client, "workflows/clips")
    assert code(answer) == (503, "configuration_invalid")
    assert "000001.json holds no definition" in answer.json()["error"]["message"]
    assert [one["name"] for one in get(client, "workflows").json()["definitions"]] == ["vod"]


def test_schema_of_workflows_describes_a_workflow_with_preset(client):
    schema = client.get("/v1/workflow-schema").json()
    jsonschema.validate({"name": "clips", "outputs": {"hd": {"preset": "h264-720p"}}}, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"name": "clips", "outputs": {}}, schema)


def test_presets_of_project_are_listed_and_broken_ones_left_out(client, include):
    (include / "presets" / "house.yaml").write_text(
        "# House style.\nhouse: {preset: h264-720p}\nlost: {preset: nowhere}\n"
    )
    presets = {one["name"]: one for one in client.get("/v1/presets").json()["presets"]}
    assert presets["house"]["settings"] == presets["h264-720p"]["settings"]
    assert presets["house"]["kind"] == "transcode"
    assert presets["house"]["description"] == "House style."
    assert "lost" not in presets
