"""The designer of state machines: made by drag and drop, tested with mocks, saved, run, failed and redriven."""

import json
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from demo.job import make_buckets, s3
from demo.stack import ROOT, Stack
from tests import media
from tests.browser.console_pages import BrokenRules, broken_rules, choose_look, in_each_look, open_page
from tests.stacks import lay_out_project, project_stack

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

SOON = 30_000
"""Milliseconds that an answer of the server may take on a busy machine."""
PATHS = ("machines", "machines/new", "machines/previews/edit", "machines/choice/edit", "machines/choice/versions")
CHOICE = """\
{
  "StartAt": "Big?",
  "States": {
    "Big?": {
      "Type": "Choice",
      "Choices": [
        {
          "Next": "Yes",
          "Or": [{"NumericEquals": 7e2, "Variable": "$.height"}, {"Not": {"Variable": "$.name", "IsNull": true}}]
        }
      ],
      "Default": "No"
    },
    "Yes": {"Type": "Succeed"},
    "No": {"Type": "Fail"}
  }
}
"""
SAVED = """\
{
  "StartAt": "Greet",
  "States": {
    "Greet": {"Type": "Pass", "Result": "Hello", "End": true}
  }
}
"""


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """An Airflow with the shipped machines and a store of definitions."""
    files = {str(path.relative_to(ROOT / "include")): path for path in (ROOT / "include").rglob("*") if path.is_file()}
    include = {name: path.read_text() for name, path in files.items()}
    dags = [path.name for path in (ROOT / "dags").glob("*.py")]
    store = tmp_path_factory.mktemp("store")
    options = {"media.definitions": f"{store.as_uri()}/"}
    project = lay_out_project(tmp_path_factory.mktemp("designer"), *dags, include=include)
    with project_stack(project, options=options) as running:
        yield running


@pytest.fixture
def console(local_page: Page) -> Page:
    """A page of a signed-in person with room for the designer."""
    local_page.set_viewport_size({"width": 1440, "height": 950})
    local_page.set_default_timeout(30_000)
    return local_page


def save_machine(console: Page, stack: Stack, name: str, text: str, *, base: int | None = None) -> None:
    """Save a definition as another person's program does."""
    saved = console.request.put(
        f"{stack.airflow_url}/media/v1/definitions/state-machines/{name}",
        data={"text": text, "settings": "", "status": "published", "base": base},
        headers={"X-Requested-With": "console"},
    )
    assert saved.ok, saved.text()


def drag(console: Page, item: str, spot: str) -> None:
    """Drag a kind of state from the palette to a place in the graph."""
    target = console.locator(f'[data-spot="{spot}"]')
    target.scroll_into_view_if_needed()
    console.locator(f'[data-item="{item}"]').drag_to(target)


def choose(console: Page, state: str) -> Locator:
    """Choose a state in the graph, and return its form."""
    console.get_by_role("tab", name="State").click()
    console.locator(f'[data-name="{state}"]').click()
    form = console.get_by_role("tabpanel")
    expect(form.get_by_label(re.compile("^Name of the"))).to_have_value(state)
    return form


def text_of(console: Page) -> dict:
    """Return the definition that the editor of the text shows."""
    console.get_by_role("tab", name="JSON").click()
    content = console.get_by_label("Definition in JSON")
    expect(content).to_be_visible()
    lines = console.evaluate(
        "element => element.cmTile?.view?.state.doc.toString() ?? element.cmView.view.state.doc.toString()",
        content.element_handle(),
    )
    return json.loads(lines)


def mock_run(console: Page, status: str) -> Locator:
    """Run the machine with its mocks, and return the result, which has a status."""
    console.get_by_role("button", name="Run with mocks").click()
    result = console.get_by_role("region", name="Run with mocks")
    expect(result.locator("span", has_text=re.compile(f"^{status}$")).first).to_be_visible(timeout=SOON)
    return result


def test_machine_is_made_by_dragging_and_run(console: Page, stack: Stack, tmp_path) -> None:
    make_buckets(stack)
    open_page(console, stack, "machines/new")
    drag(console, "Choice", "start Start End")
    drag(console, "Map", "choice Choice Done")
    drag(console, "Probe", "start Start End")
    drag(console, "Fail", "catch Map")
    form = choose(console, "Map")
    form.get_by_label("ErrorEquals").fill("States.Timeout")
    form = choose(console, "Choice")
    form.get_by_label("Variable").fill("$.items")
    form.get_by_label("Name of the Choice state").fill("Any?")
    form.get_by_label("Name of the Choice state").press("Enter")
    expect(console.locator('[data-name="Any?"]')).to_be_visible()
    expect(console.get_by_text("No mistakes")).to_be_visible(timeout=SOON)

    console.get_by_role("tab", name="Run").click()
    console.get_by_label("Input of the execution").fill('{"items": [{"source": "s3://media-in/late.mp4"}]}')
    console.get_by_label("Call 1: Result").fill('{"duration": 5}')
    expect(mock_run(console, "SUCCEEDED")).to_contain_text("duration")
    console.get_by_label("Call 1", exact=True).select_option("error")
    console.get_by_label("Error", exact=True).fill("States.Timeout")
    mock_run(console, "FAILED")
    expect(console.locator("[data-canvas]")).to_contain_text("caught")

    console.locator('[data-name="Probe"]').click()
    console.get_by_role("tab", name="Test").click()
    console.get_by_label("Input of Probe").fill('{"source": "s3://media-in/late.mp4"}')
    console.get_by_role("button", name="Test the state").click()
    expect(console.get_by_role("region", name="Data flow")).to_contain_text("s3://media-in/late.mp4", timeout=SOON)

    console.get_by_role("tab", name="Settings").click()
    console.get_by_role("tabpanel").get_by_label("connection").fill("media_s3")
    console.get_by_label("Name of the state machine").fill("dragged")
    console.get_by_role("button", name="Save", exact=True).click()
    expect(console).to_have_url(re.compile("machines/dragged/edit$"), timeout=SOON)
    stack.wait_for_dag("state_machine_dragged")

    console.get_by_role("link", name="Executions").click()
    console.get_by_label("Input").fill('{"items": [{"source": "s3://media-in/late.mp4"}]}')
    console.get_by_role("button", name="Start").click()
    redrive = console.get_by_role("button", name="Redrive")
    expect(redrive).to_be_enabled(timeout=120_000)
    clip = media.clip(tmp_path / "late.mp4", width=320, height=180, seconds=2)
    s3(stack).upload_file(str(clip), "media-in", "late.mp4")
    redrive.click()
    header = console.get_by_role("heading", level=2).locator("..")
    expect(header).to_contain_text("SUCCEEDED", timeout=120_000)


def test_states_are_inserted_and_removed_by_keyboard(console: Page, stack: Stack) -> None:
    open_page(console, stack, "machines/new")
    console.get_by_role("button", name="Insert a state between Start and End").press("Enter")
    expect(console.get_by_label("Search")).to_be_focused()
    console.keyboard.type("parallel")
    console.get_by_role("button", name="Parallel", exact=True).press("Enter")
    console.locator('[data-name="Parallel"]').press("Enter")
    console.get_by_role("button", name="Add branch to Parallel").press("Enter")
    console.get_by_label("Search").fill("wait")
    console.get_by_role("button", name="Wait", exact=True).press("Enter")
    console.locator('[data-name="Wait"]').press("Enter")
    console.get_by_role("button", name="Insert after").press("Enter")
    console.get_by_label("Search").fill("sprites")
    console.get_by_role("button", name="Sprites", exact=True).press("Enter")
    branch = text_of(console)["States"]["Parallel"]["Branches"][1]
    assert branch["StartAt"] == "Wait"
    assert branch["States"]["Wait"]["Next"] == "Sprites"
    console.locator('[data-name="Wait"]').press("Delete")
    expect(console.locator('[data-name="Wait"]')).to_have_count(0)
    assert text_of(console)["States"]["Parallel"]["Branches"][1]["StartAt"] == "Sprites"
    console.locator('[data-name="Sprites"]').press("Control+z")
    expect(console.locator('[data-name="Wait"]')).to_be_visible()


def test_tests_of_a_rule_are_grouped_by_keyboard(console: Page, stack: Stack) -> None:
    save_machine(console, stack, "tests", CHOICE)
    open_page(console, stack, "machines/tests/edit")
    rule = choose(console, "Big?").get_by_role("region", name="Rule 1")
    first = rule.get_by_role("group", name="Test 1.1", exact=True)
    first.get_by_label("Value").fill("720")
    first.get_by_label("Comparison").select_option("NumericGreaterThan")
    put_into_and = rule.get_by_role("group", name="Test 1.2.1", exact=True).get_by_role("button", name="Put into And")
    put_into_and.press("Enter")
    expect(put_into_and.first).to_be_focused()
    added = rule.get_by_role("group", name="Test 1.2.1.2", exact=True)
    added.get_by_label("Variable").fill("$.codec")
    added.get_by_label("Comparison").select_option("StringEqualsPath")
    added.get_by_label("Path", exact=True).fill("$.wanted")
    expect(console.get_by_text("No mistakes")).to_be_visible(timeout=SOON)
    first.get_by_role("button", name="Down").press("Enter")
    rule.get_by_role("group", name="Test 1.2", exact=True).get_by_role("button", name="Remove").press("Enter")
    expect(rule.get_by_role("group", name="Test 1", exact=True)).to_be_focused()
    rule.get_by_label("All of the tests (And) or one (Or)").first.select_option("And")
    name, codec = {"Variable": "$.name", "IsNull": True}, {"Variable": "$.codec", "StringEqualsPath": "$.wanted"}
    assert text_of(console)["States"]["Big?"]["Choices"] == [{"Next": "Yes", "And": [{"Not": {"And": [name, codec]}}]}]


def test_mistake_is_marked_where_it_is(console: Page, stack: Stack) -> None:
    open_page(console, stack, "machines/new")
    drag(console, "Publish", "start Start End")
    choose(console, "Publish").get_by_label("InputPath").fill("manifests")
    mistakes = console.get_by_role("region", name="Mistakes")
    expect(mistakes).to_contain_text("Invalid path 'manifests'", timeout=SOON)
    console.get_by_role("tab", name="JSON").click()
    expect(console.locator(".cm-lint-marker-error")).to_be_visible(timeout=SOON)


def test_conflict_is_compared_and_saved_over(console: Page, stack: Stack) -> None:
    save_machine(console, stack, "shared", SAVED)
    open_page(console, stack, "machines/shared/edit")
    choose(console, "Greet").get_by_label("Result", exact=True).fill('"Good evening"')
    save_machine(console, stack, "shared", SAVED.replace("Hello", "Good morning"), base=1)
    console.get_by_role("button", name="Save", exact=True).click()
    conflict = console.get_by_role("dialog")
    expect(conflict).to_contain_text("version 2", timeout=SOON)
    expect(conflict).to_contain_text("Good morning", timeout=SOON)
    with console.expect_response(lambda answer: answer.request.method == "PUT" and answer.ok):
        conflict.get_by_role("button", name="Save mine").click()
    expect(conflict).to_have_count(0, timeout=SOON)
    saved = console.get_by_role("button", name="Save", exact=True)  # until then, the page asks before it is left
    expect(saved).not_to_have_attribute("data-loading", re.compile(""), timeout=SOON)
    expect(saved).to_be_disabled()
    console.get_by_role("link", name="Versions").click()
    console.get_by_role("button", name="1", exact=True).click()
    comparison = console.get_by_role("region", name="Version 1 compared with 3")
    expect(comparison).to_contain_text("Good evening", timeout=SOON)
    comparison.get_by_role("button", name="Go back to version 1").click()
    expect(console).to_have_url(re.compile("machines/shared/edit$"), timeout=SOON)
    assert text_of(console) == json.loads(SAVED)


def test_machine_of_tencents_dialect_runs_with_mocks(console: Page, stack: Stack) -> None:
    process = {
        "Type": "Task",
        "Resource": "qrn:qcs:asw:ap-guangzhou:100000000001:sdk:json:qcloud:mps:ProcessMedia",
        "Comment": "transcode",
        "End": True,
    }
    definition = {"StartAt": "Cut", "States": {"Cut": process}}
    save_machine(console, stack, "tencents", json.dumps(definition))
    open_page(console, stack, "machines/tencents/edit")
    expect(choose(console, "Cut").get_by_label("Resource")).to_have_value(process["Resource"])
    console.get_by_role("tab", name="Run").click()
    console.get_by_label("Input of the execution").fill('{"Region": "ap-guangzhou"}')
    console.get_by_label("Call 1: Result").fill('{"TaskId": "24000022-WorkflowTask-1"}')
    expect(mock_run(console, "SUCCEEDED")).to_contain_text("24000022-WorkflowTask-1")
    choose(console, "Cut").get_by_label("Comment", exact=True).fill("transcode again")
    assert text_of(console)["States"]["Cut"] == process | {"Comment": "transcode again"}


def test_machine_of_a_file_is_read_only(console: Page, stack: Stack) -> None:
    open_page(console, stack, "machines")
    expect(console.get_by_role("row", name="previews")).to_contain_text("Git file")
    open_page(console, stack, "machines/previews/edit")
    form = choose(console, "Sprites")
    expect(form.get_by_label("Resource")).not_to_be_editable()
    expect(console.locator("[data-item]")).to_have_count(0)
    expect(console.get_by_role("button", name="Save", exact=True)).to_have_count(0)


@in_each_look
def test_pages_of_the_designer_have_no_violation_that_axe_finds(
    console: Page, stack: Stack, scheme: str, width: int
) -> None:
    if not console.request.get(f"{stack.airflow_url}/media/v1/definitions/state-machines/choice").ok:
        save_machine(console, stack, "choice", CHOICE)
    choose_look(console, scheme, width)
    found = {path: bad for path in PATHS if (bad := violations(console, stack, path, scheme))}
    assert found == {}


def violations(console: Page, stack: Stack, path: str, scheme: str) -> BrokenRules:
    """The rules that a page breaks, each with the elements that break it; of the designer, on all its panels."""
    open_page(console, stack, path)
    console.wait_for_load_state("networkidle")
    names = ["State", "JSON", "Test", "Run", "Settings"] if console.get_by_role("tab").count() else [""]
    if console.locator("[data-name]").count():
        console.locator("[data-name]").first.click()
    broken: BrokenRules = []
    for name in names:
        if name:
            console.get_by_role("tab", name=name).click()
        broken += [(f"{name} {rule}", elements) for rule, elements in broken_rules(console, scheme)]
    return broken
