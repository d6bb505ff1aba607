"""The console inside Airflow: from the navigation to a file that is dropped, becomes a job and is played."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Route, expect

from demo.job import make_buckets, s3
from demo.stack import ROOT, Stack
from tests import media
from tests.browser.console_pages import broken_rules_of, choose_look, in_each_look
from tests.stacks import lay_out_project, project_stack

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

PATHS = ("jobs", "queues", "workflows", "machines", "machines/greet")
GREET = """\
{
  "StartAt": "Greet",
  "States": {
    "Greet": {"Type": "Pass", "Parameters": {"text.$": "States.Format('Good morning, {}', $.name)"}, "Next": "Known?"},
    "Known?": {
      "Type": "Choice",
      "Choices": [{"Variable": "$.text", "StringMatches": "*nobody", "Next": "Nobody"}],
      "Default": "Greeted"
    },
    "Greeted": {"Type": "Succeed"},
    "Nobody": {"Type": "Fail", "Error": "Nobody", "Cause": "There is nobody to greet."}
  }
}
"""
ACCOUNTS = """\
accounts:
  default:
    workflow: vod
    uploads: {location: s3://media-in/dropped/, connection: media_s3}
"""


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """An Airflow with the shipped workflows and machines, and a place for uploads of people."""
    files = {str(path.relative_to(ROOT / "include")): path for path in (ROOT / "include").rglob("*") if path.is_file()}
    include = {name: path.read_text() for name, path in files.items()} | {
        "queues.yaml": ACCOUNTS,
        "state_machines/greet.json": GREET,
    }
    dags = [path.name for path in (ROOT / "dags").glob("*.py")]
    with project_stack(lay_out_project(tmp_path_factory.mktemp("console"), *dags, include=include)) as running:
        yield running


@pytest.fixture
def console(local_page: Page, stack: Stack) -> Page:
    """The console's first page, reached as people reach it."""
    stack.wait_for_dag("media_ingest_normal")
    local_page.get_by_role("link", name="Media", exact=True).first.click()
    local_page.get_by_role("heading", name="Media", level=1).wait_for()
    return local_page


CLICK_ONCE_LOADING = """() => {
  const link = [...document.querySelectorAll("a")].find(each => each.textContent.trim() === "Media");
  new MutationObserver((changes, observer) => {
    if (!changes.some(change => [...change.addedNodes].some(node => node.textContent.includes("Loading …")))) return;
    observer.disconnect();
    link.click();
  }).observe(document.body, { subtree: true, childList: true });
}"""


def test_click_while_the_home_page_loads_is_followed(local_page: Page, stack: Stack) -> None:
    script = re.compile(r"/console/.*\bmain\.js")
    held: list[Route] = []
    local_page.route(script, lambda route: held.append(route))  # noqa: PLW0108 -- Playwright marks its handlers
    with local_page.expect_request(script):
        local_page.goto(stack.airflow_url)
    local_page.get_by_role("heading", name="Health").wait_for()
    # The click falls between the first drawing of the home page's line of jobs and the mounting that it waits for.
    local_page.evaluate(CLICK_ONCE_LOADING)
    held[0].continue_()

    heading = local_page.get_by_role("heading", name="Media", level=1)
    heading.wait_for()
    drawn = heading.element_handle()
    local_page.get_by_label("Priority").first.select_option("low")
    local_page.wait_for_url("**/jobs?priority=low")
    assert drawn.evaluate("heading => heading.isConnected")  # Airflow drew again, and mounted nothing anew


def test_dropped_file_becomes_job_that_is_played(console: Page, stack: Stack, tmp_path) -> None:
    make_buckets(stack)
    allow_uploads_from_pages(stack)
    stack.wait_for_dag("media_vod")
    console.locator("input[type=file]").set_input_files(
        media.clip(tmp_path / "holiday.mp4", width=1280, height=720, seconds=5)
    )
    console.get_by_label("Workflow for the file").select_option("vod")
    console.get_by_role("button", name="Submit").click()

    row = console.locator("[data-job]").filter(has_text="holiday.mp4")
    row.wait_for()
    expect(row).to_contain_text("succeeded", timeout=200_000)
    expect(row.locator("img")).to_be_visible()
    row.get_by_role("link", name="holiday.mp4").click()

    console.get_by_role("heading", name="holiday.mp4").wait_for()
    console.wait_for_function("document.querySelector('video')?.readyState >= 2")
    quality = console.get_by_label("Quality")
    assert quality.locator("option").count() == 1 + 3  # automatic, and the rungs of the ladder
    console.evaluate("document.querySelector('video').muted = true")
    quality.select_option(index=1)
    console.evaluate("document.querySelector('video').play()")
    console.wait_for_function("document.querySelector('video').ended")
    assert console.locator("[data-console]").get_by_role("alert").count() == 0
    for picture in console.locator("figure img").all():
        picture.scroll_into_view_if_needed()
        console.wait_for_function("image => image.complete && image.naturalWidth > 0", arg=picture.element_handle())

    job = console.url.rpartition("/")[2]
    console.goto(f"{stack.airflow_url}/dags/media_vod/runs/normal__{job}/plugin/media_job")
    console.get_by_role("heading", name="holiday.mp4").wait_for()


def allow_uploads_from_pages(stack: Stack) -> None:
    """Let a bucket take files from a page, as its owner does once."""
    rule = {"AllowedMethods": ["PUT"], "AllowedOrigins": [stack.airflow_url], "AllowedHeaders": ["*"]}
    s3(stack).put_bucket_cors(Bucket="media-in", CORSConfiguration={"CORSRules": [rule]})


def test_queue_is_paused_and_resumed_on_its_page(console: Page, stack: Stack) -> None:
    console.get_by_role("link", name="Queues").click()
    queue = console.locator("[data-queue=low]")
    queue.get_by_role("button", name="Pause").click()
    queue.get_by_role("heading", name="low (paused)").wait_for()
    assert stack.api("GET", "dags/media_ingest_low")["is_paused"]
    queue.get_by_role("button", name="Resume").click()
    queue.get_by_role("heading", name="low", exact=True).wait_for()
    assert not stack.api("GET", "dags/media_ingest_low")["is_paused"]


def test_filters_of_jobs_stand_in_the_address(console: Page) -> None:
    console.get_by_label("State", exact=True).select_option("failed")
    console.get_by_label("File, video or job id").fill("nothing-of-this-name")
    expect(console).to_have_url(re.compile(r"state=failed&text=nothing-of-this-name"))
    console.get_by_text("No job matches").wait_for()
    console.reload()
    expect(console.get_by_label("File, video or job id")).to_have_value("nothing-of-this-name")


def test_page_that_was_opened_directly_stays_mounted(console: Page, stack: Stack) -> None:
    """Airflow shows an app from within the loading of its bundle, and later by its name: a second mount."""
    console.goto(f"{stack.airflow_url}/plugin/media/jobs")
    state = console.get_by_label("State", exact=True)
    state.evaluate("choice => { choice.ownerDocument.querySelector('[data-console]').dataset.first = 'yes' }")
    state.select_option("failed")
    expect(console).to_have_url(re.compile("state=failed"))
    expect(state).to_have_value("failed")
    expect(console.locator("[data-console]")).to_have_attribute("data-first", "yes")


def test_lost_request_takes_no_page_away(console: Page) -> None:
    console.get_by_role("link", name="Queues").click()
    console.locator("[data-queue=low]").wait_for()
    console.route("**/media/v1/**", lambda route: route.abort())
    alert = console.locator("[data-console]").get_by_role("alert").filter(has_text="Failed to fetch")
    expect(alert).to_be_visible(timeout=30_000)
    expect(console.locator("[data-queue=low]")).to_be_visible()
    console.unroute("**/media/v1/**")
    expect(alert).to_have_count(0, timeout=30_000)


def test_end_of_session_is_said_on_the_page(console: Page) -> None:
    console.get_by_label("State", exact=True).select_option("failed")
    console.context.clear_cookies()
    expect(console.locator("[data-console]").get_by_role("alert")).to_contain_text(
        "Your session has ended", timeout=30_000
    )
    expect(console).to_have_url(re.compile("state=failed"))


def test_api_reference_opens_from_the_docs_menu(console: Page, stack: Stack) -> None:
    console.get_by_role("button", name="Docs").click()
    console.get_by_role("menuitem", name="Media API").click()
    reference = console.frame_locator("iframe")
    reference.get_by_role("heading", name="Media API").wait_for()
    reference.get_by_text("Submit a job", exact=True).wait_for()
    described = console.request.get(f"{stack.airflow_url}/media/openapi.json").json()["paths"]
    operations = sum(len(methods) for methods in described.values())
    expect(reference.locator(".opblock")).to_have_count(operations)


def test_workflow_is_drawn_with_a_box_for_each_output(console: Page, stack: Stack) -> None:
    console.get_by_role("link", name="Workflows").click()
    drawing = console.locator("[data-workflow=social]")
    drawing.locator("[data-box=source]").wait_for()
    boxes = [box.get_attribute("data-box") for box in drawing.locator("[data-box^=output]").all()]
    assert boxes == ["output landscape", "output portrait", "output square", "output cover"]
    expect(drawing.locator("[data-box=destination]")).to_contain_text("s3://media-out/social/")


def test_execution_is_started_watched_and_looked_into(console: Page, stack: Stack) -> None:
    stack.wait_for_dag("state_machine_greet")
    console.get_by_role("link", name="State machines").click()
    console.get_by_role("link", name="greet", exact=True).click()
    console.locator("[data-state=Greet]").wait_for()
    console.get_by_label("Input").fill('{"name": "nobody"}')
    console.get_by_role("button", name="Start").click()
    # The button stands where an execution has ended badly, and on no other page.
    expect(console.get_by_role("button", name="Redrive")).to_be_enabled(timeout=60_000)
    console.locator("[data-state=Nobody]").click()
    visit = console.get_by_role("region", name="Nobody")
    expect(visit).to_contain_text("There is nobody to greet.")
    expect(visit).to_contain_text("Good morning, nobody")
    console.go_back()
    expect(console.get_by_role("region", name="Executions").locator("tbody tr")).to_contain_text("FAILED")


def test_input_that_is_no_json_is_refused_on_the_page(console: Page, stack: Stack) -> None:
    console.goto(f"{stack.airflow_url}/plugin/media/machines/greet")
    console.get_by_label("Input").fill("{name: Ann}")
    console.get_by_role("button", name="Start").click()
    expect(console.locator("[data-console]").get_by_role("alert")).to_contain_text("JSON")


@in_each_look
def test_pages_have_no_violation_that_axe_finds(console: Page, stack: Stack, scheme: str, width: int) -> None:
    stack.wait_for_dag("state_machine_greet")
    choose_look(console, scheme, width)
    found = {path: bad for path in PATHS if (bad := broken_rules_of(console, stack, path, scheme))}
    assert found == {}
