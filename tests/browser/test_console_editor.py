"""The editor of workflows in the console: from nothing to a job, two editors at once, and people who may only look."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from demo.job import make_buckets, s3
from demo.stack import ROOT, Stack
from tests import media
from tests.browser.console_pages import broken_rules, broken_rules_of, choose_look, in_each_look
from tests.browser.test_console import ACCOUNTS, allow_uploads_from_pages
from tests.stacks import lay_out_project, project_stack

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

VIEWER = "ann"
SHARED = """\
# What many people edit.
name: shared

outputs:
  small: # for old telephones
    preset: h264-360p
    required: true   # nobody watches without it
  facts: {kind: probe_report}
"""


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """An Airflow with a definition store, a workflow in a file, and a person who may only look."""
    top = tmp_path_factory.mktemp("editor")
    vod = (ROOT / "include" / "workflows" / "vod.yaml").read_text()
    presets = {f"presets/{path.name}": path.read_text() for path in (ROOT / "include" / "presets").glob("*.yaml")}
    include = {"workflows/vod.yaml": vod, "queues.yaml": ACCOUNTS, **presets}
    project = lay_out_project(top / "project", "media_ingest.py", "media_workflows.py", include=include)
    options = {
        "media.definitions": f"file://{top}/definitions/",
        "core.simple_auth_manager_users": f"admin:admin,{VIEWER}:viewer",
    }
    with project_stack(project, options=options, dag_ids=["media_ingest_normal"]) as running:
        make_buckets(running)
        allow_uploads_from_pages(running)
        yield running


@pytest.fixture
def shared(stack: Stack) -> int:
    """The version of a workflow that is saved in the store, as it was written."""
    status, before = stack.request("GET", "/media/v1/definitions/workflows/shared")
    base = before["version"] if status == 200 else None
    return save(stack, SHARED, base)


def save(stack: Stack, text: str, base: int | None) -> int:
    """Save a draft of the shared workflow as somebody else does, and return its version."""
    body = {"text": text, "status": "draft", "base": base, "comment": "by request"}
    return int(stack.api("PUT", "/media/v1/definitions/workflows/shared", body)["version"])


def text_of(stack: Stack, name: str) -> str:
    return str(stack.api("GET", f"/media/v1/definitions/workflows/{name}")["text"])


def open_editor(page: Page, stack: Stack, path: str) -> None:
    page.goto(f"{stack.airflow_url}/plugin/media/workflows/{path}")
    page.get_by_test_id("canvas").wait_for()


def test_workflow_made_from_nothing_is_tried_saved_and_run(signed_in: Page, stack: Stack, tmp_path: Path) -> None:
    page = signed_in
    logo = media.clip(
        tmp_path / "logo.png", width=64, height=32, seconds=1, audio=False, codec="png", extra=("-frames:v", "1")
    )
    s3(stack).upload_file(str(logo), "media-in", "logo.png")
    clip = media.clip(tmp_path / "holiday.mp4", width=640, height=360, seconds=4)

    page.goto(f"{stack.airflow_url}/plugin/media/workflows")
    page.get_by_role("button", name="New workflow").click()
    page.get_by_label("Name", exact=True).fill("mine")
    # A preset by the mouse, with an image over its picture.
    palette = page.get_by_role("region", name="Outputs to add")
    palette.get_by_role("button", name="Transcode").click()
    palette.get_by_role("button", name="h264-360p").click()
    page.get_by_role("button", name="Add to watermarks").click()
    page.get_by_role("region", name="Watermarks 1").get_by_label("Image").fill("s3://media-in/logo.png")
    # A ladder is dragged to the canvas, and gets its name by the keyboard.
    palette.get_by_role("button", name="Ladder").drag_to(page.get_by_test_id("canvas"))
    page.locator("[data-box='output ladder']").press("F2")
    page.keyboard.press("Control+a")
    page.keyboard.type("stream")
    page.keyboard.press("Enter")
    page.locator("[data-box='output stream']").wait_for()
    # Sprites by the keyboard alone; what was added twice is deleted again.
    palette.get_by_role("button", name="Sprites").press("Enter")
    palette.get_by_role("button", name="sprite-2s").press("Enter")
    page.locator("[data-box='output sprite-2s']").press("Control+d")
    page.locator("[data-box='output sprite-2s_2']").press("Delete")
    expect(page.locator("[data-box^=output]")).to_have_count(3)
    page.locator("[data-box=destination]").press("Enter")
    page.get_by_label("Location").fill("s3://media-out/mine/")
    page.get_by_label("Connection").fill("media_s3")
    expect(page.get_by_test_id("problems")).to_contain_text("No problems found.")

    page.get_by_role("button", name="Try it").click()
    trial = page.get_by_test_id("try")
    trial.locator("input[type=file]").set_input_files(clip)
    for name in ("h264-360p", "stream", "sprite-2s"):
        trial.locator(f"[data-planned='{name}']").wait_for()
    expect(trial.locator("[data-planned='h264-360p']")).to_contain_text("640\u00d7360")
    picture = trial.get_by_test_id("trial")
    page.wait_for_function("image => image.naturalWidth === 640", arg=picture.element_handle())
    before = picture.get_attribute("src")
    trial.get_by_role("slider").fill("3")
    expect(picture).not_to_have_attribute("src", str(before))

    page.get_by_label("Comment on this version").fill("first version")
    page.get_by_role("button", name="Publish").click()
    page.wait_for_url("**/workflows/mine/edit")
    assert text_of(stack, "mine").startswith("name: mine\n")
    stack.wait_for_dag("media_mine", timeout_seconds=120)

    page.goto(f"{stack.airflow_url}/plugin/media/jobs")
    page.locator("input[type=file]").set_input_files(clip)
    page.get_by_label("Workflow for the file").select_option("mine")
    page.get_by_role("button", name="Submit").click()
    row = page.locator("[data-job]").filter(has_text="holiday.mp4")
    expect(row).to_contain_text("succeeded", timeout=250_000)
    row.get_by_role("link", name="holiday.mp4").click()
    page.get_by_role("heading", name="holiday.mp4").wait_for()
    page.wait_for_function("document.querySelector('video')?.readyState >= 2")


def test_forms_and_text_change_each_other_and_keep_comments(signed_in: Page, stack: Stack, shared: int) -> None:
    page = signed_in
    open_editor(page, stack, "shared/edit")
    page.locator("[data-box='output small']").click()
    page.get_by_label("Required").select_option("false")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_label("Required")).to_have_value("true")
    expect(page.get_by_text("unsaved changes")).to_have_count(0)
    page.get_by_role("button", name="Redo").click()
    page.locator(".cm-content").click()
    page.keyboard.press("Control+End")
    page.keyboard.type("priority: lowest")
    page.get_by_label("Part", exact=True).select_option("general")
    expect(page.get_by_test_id("form")).to_contain_text("'lowest' is not allowed")
    expect(page.locator(".cm-lint-marker-error")).to_be_visible()
    page.get_by_label("Priority").select_option("low")
    expect(page.get_by_test_id("problems")).to_contain_text("No problems found.")
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_text(f"Version {shared + 1}, saved by")).to_be_visible()
    assert text_of(stack, "shared") == SHARED.replace("required: true ", "required: false ") + "priority: low"


def test_output_moves_by_keyboard_and_undo_takes_it_back(signed_in: Page, stack: Stack, shared: int) -> None:
    page = signed_in
    open_editor(page, stack, "shared/edit")
    page.locator("[data-box='output small']").click()
    down = page.get_by_role("button", name="Move down")
    down.press("Enter")
    expect(page.get_by_text("Output 2 of 2")).to_be_visible()
    expect(down).to_be_focused()
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_text(f"Version {shared + 1}, saved by")).to_be_visible()
    lines = SHARED.splitlines(keepends=True)
    assert text_of(stack, "shared") == "".join([*lines[:4], lines[7], *lines[4:7]])
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Output 1 of 2")).to_be_visible()


def test_tab_leaves_the_text(signed_in: Page, stack: Stack, shared: int) -> None:
    page = signed_in
    open_editor(page, stack, "shared/edit")
    text = page.get_by_role("textbox", name="Workflow as YAML")
    text.focus()
    page.keyboard.press("Tab")
    expect(text).not_to_be_focused()
    expect(page.get_by_text("unsaved changes")).to_have_count(0)


def test_second_editor_sees_who_saved_and_chooses(signed_in: Page, stack: Stack, shared: int) -> None:
    page = signed_in
    open_editor(page, stack, "shared/edit")
    theirs = SHARED.replace("h264-360p", "h264-480p")
    save(stack, theirs, shared)
    page.get_by_label("Description").fill("mine")
    page.get_by_role("button", name="Save draft").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(f"admin saved version {shared + 1}")
    expect(dialog).to_contain_text("-     preset: h264-480p")
    dialog.get_by_role("button", name="Take theirs").click()
    expect(page.locator(".cm-content")).to_contain_text("h264-480p")
    save(stack, SHARED, shared + 1)
    page.get_by_label("Description").fill("mine after all")
    page.get_by_role("button", name="Save draft").click()
    dialog.get_by_role("button", name="Save mine").click()
    expect(page.get_by_text(f"Version {shared + 3}, saved by")).to_be_visible()
    assert "description: mine after all\n" in text_of(stack, "shared")


def test_versions_are_compared_and_gone_back_to(signed_in: Page, stack: Stack, shared: int) -> None:
    page = signed_in
    save(stack, SHARED.replace("h264-360p", "h264-480p"), shared)
    page.goto(f"{stack.airflow_url}/plugin/media/workflows/shared/versions")
    difference = page.get_by_role("region", name="Difference")
    expect(difference).to_contain_text("+     preset: h264-480p")
    page.get_by_role("button", name=f"Go back to version {shared}").click()
    page.wait_for_url("**/workflows/shared/edit")
    assert text_of(stack, "shared") == SHARED


def test_page_with_changes_is_left_only_after_a_question(signed_in: Page, stack: Stack, shared: int) -> None:
    page = signed_in
    open_editor(page, stack, "shared/edit")
    page.get_by_label("Description").fill("half a")
    page.get_by_role("link", name="Queues").click()
    page.get_by_role("dialog").get_by_role("button", name="Stay").click()
    expect(page.get_by_label("Description")).to_have_value("half a")
    page.get_by_role("link", name="Queues").click()
    page.get_by_role("dialog").get_by_role("button", name="Leave").click()
    page.wait_for_url("**/queues")


def test_workflow_is_disabled_and_enabled_in_the_list(signed_in: Page, stack: Stack, shared: int) -> None:
    page = signed_in
    body = {"text": SHARED, "status": "published", "base": shared}
    stack.api("PUT", "/media/v1/definitions/workflows/shared", body)
    page.goto(f"{stack.airflow_url}/plugin/media/workflows")
    row = page.locator("[data-workflow=shared]")
    row.get_by_role("button", name="Disable").click()
    row.get_by_text("disabled", exact=True).wait_for()
    row.get_by_role("button", name="Enable").click()
    row.get_by_text("saved here", exact=True).wait_for()
    expect(page.locator("[data-workflow=vod]")).to_contain_text("Git file")
    expect(page.locator("[data-workflow=vod]").get_by_role("button", name="Edit")).to_have_count(0)


def test_draft_is_drawn_as_far_as_it_can_be_read(signed_in: Page, stack: Stack, shared: int) -> None:
    page = signed_in
    version = save(stack, SHARED.replace("preset: h264-360p", "preset: nothing"), shared)
    page.goto(f"{stack.airflow_url}/plugin/media/workflows")
    draft = page.locator("[data-workflow=shared]")
    expect(draft.locator("[data-box='output small']")).to_contain_text("nothing")
    expect(draft.locator("[data-box^=output]")).to_have_count(2)
    save(stack, SHARED.replace("{kind: probe_report}", "{kind: ["), version)
    page.reload()
    expect(draft.get_by_role("alert")).to_contain_text("This workflow cannot be drawn")
    expect(draft.get_by_role("alert")).to_contain_text("Line 9: not YAML")
    expect(draft.locator("svg[role=img]")).to_have_count(0)


@pytest.mark.parametrize(
    ("language", "help_text", "title"),
    [
        ("ko", "파일 형식. m4a, mp3", "그런 정의나 버전이 없습니다."),
        ("zh-CN", "flac、ogg 和 wav 只含音频", "没有此定义"),
    ],
)
def test_help_and_errors_are_in_the_persons_language(
    signed_in: Page, stack: Stack, shared: int, language: str, help_text: str, title: str
) -> None:
    page = signed_in
    page.evaluate("language => localStorage.setItem('i18nextLng', language)", language)
    open_editor(page, stack, "shared/edit")
    page.locator("[data-box='output small']").click()
    expect(page.get_by_test_id("form")).to_contain_text(help_text)
    page.goto(f"{stack.airflow_url}/plugin/media/workflows/nowhere/edit")
    failure = page.get_by_role("alert")
    expect(failure).to_contain_text(title)
    expect(failure.locator("[lang=en]")).to_contain_text("nowhere")


def test_viewer_sees_a_workflow_and_cannot_change_it(browser: Browser, stack: Stack, shared: int) -> None:
    passwords = json.loads((stack.home / "passwords.json").read_text())
    context = browser.new_context()
    page = context.new_page()
    page.set_default_timeout(90_000)
    page.goto(stack.airflow_url)
    page.get_by_label("Username").fill(VIEWER)
    page.get_by_label("Password", exact=True).fill(passwords[VIEWER])
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda address: "/auth/" not in address)
    open_editor(page, stack, "shared/edit")
    page.get_by_text("You may look at this workflow, but not change it.").wait_for()
    for name in ("Publish", "Save draft", "Transcode", "Try it"):
        expect(page.get_by_role("button", name=name)).to_have_count(0)
    page.locator("[data-box='output small']").press("Delete")
    page.locator(".cm-content").click()
    page.keyboard.type("x")
    expect(page.locator("[data-box='output small']")).to_be_visible()
    expect(page.locator(".cm-content")).not_to_contain_text(re.compile("x#|#x"))
    context.close()


@in_each_look
def test_editor_pages_have_no_violation_that_axe_finds(
    signed_in: Page, stack: Stack, shared: int, scheme: str, width: int
) -> None:
    page = signed_in
    save(stack, SHARED.replace("preset: h264-360p", "preset: nothing"), shared)
    choose_look(page, scheme, width)
    paths = ("workflows", "workflows/new?from=vod", "workflows/shared/edit", "workflows/shared/versions")
    assert {path: bad for path in paths if (bad := broken_rules_of(page, stack, path, scheme))} == {}
    open_editor(page, stack, "shared/edit")
    page.locator("[data-box='output small']").click()
    expect(page.get_by_test_id("form").locator("[data-part=error-text]")).to_contain_text("nothing")
    assert broken_rules(page, scheme) == []
