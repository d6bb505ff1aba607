"""The page of an execution in the console: looking into it, its iterations, and approvals with their pictures."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from demo.job import make_buckets, s3
from demo.stack import ROOT, Stack
from tests import media
from tests.browser.console_pages import broken_rules, choose_look, in_each_look
from tests.stacks import lay_out_project, project_stack

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]


def one(**states: object) -> dict[str, object]:
    return {"StartAt": next(iter(states)), "States": states}


FAIL = {"Type": "Fail", "Error": "Odd", "Cause": "Three is odd."}
MACHINES = {
    "numbers": one(
        Each={
            "Type": "Map",
            "QueryLanguage": "JSONata",
            "Items": "{% $states.input.numbers %}",
            "Assign": {"seen": "{% $count($states.input.numbers) %}"},
            "ItemProcessor": one(
                Double={"Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% $states.input * 2 %}", "End": True}
            ),
            "End": True,
        }
    ),
    "review": one(
        Picture={
            "Type": "Task",
            "Resource": "media:snapshots",
            "Parameters": {"source.$": "$.source", "location.$": "$.location", "at": ["1s"]},
            "ResultSelector": {"picture.$": "$.files[0].uri"},
            "ResultPath": "$.made",
            "Next": "Ask",
        },
        Ask={
            "Type": "Task",
            "Resource": "media:approval",
            "Parameters": {"subject": "Publish the picture?", "body.$": "$.made.picture"},
            "ResultPath": "$.answer",
            "Catch": [{"ErrorEquals": ["approval_rejected"], "ResultPath": "$.error", "Next": "Rejected"}],
            "Next": "Published",
        },
        Published={"Type": "Succeed"},
        Rejected={"Type": "Fail", "Error": "Rejected", "Cause": "Somebody rejected the picture."},
    ),
}
# A Retry around a group is what no graph of tasks can express: one task drives the whole machine.
MACHINES["review_in_one_task"] = one(
    All={
        "Type": "Parallel",
        "Branches": [MACHINES["review"]],
        "Retry": [{"ErrorEquals": ["Never"]}],
        "End": True,
    }
)


def include() -> dict[str, str]:
    machines = {f"state_machines/{name}.json": json.dumps(machine) for name, machine in MACHINES.items()}
    settings = {f"state_machines/{name}.yaml": "connection: media_s3\n" for name in MACHINES}
    return machines | settings | {"workflows/vod.yaml": (ROOT / "include/workflows/vod.yaml").read_text()}


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """An Airflow with machines whose executions are worth looking into."""
    dags = [path.name for path in (ROOT / "dags").glob("*.py")]
    with project_stack(lay_out_project(tmp_path_factory.mktemp("executions"), *dags, include=include())) as running:
        make_buckets(running)
        for name in MACHINES:
            running.wait_for_dag(f"state_machine_{name}")
        yield running


@pytest.fixture
def console(local_page: Page, stack: Stack) -> Page:
    """A page after signing in."""
    return local_page


def open_execution(console: Page, stack: Stack, machine: str, name: str, given: object) -> None:
    """Start an execution, and go to its page once it has begun."""
    stack.api("POST", f"/media/v1/state-machines/{machine}/executions", {"name": name, "input": given})
    console.goto(f"{stack.airflow_url}/plugin/media/machines/{machine}/{name}")
    console.reload()  # its page can be shown once the execution has begun
    expect(console.locator("[data-console] svg [data-state]").first).to_be_visible(timeout=90_000)


def tab(console: Page, name: str) -> None:
    console.get_by_role("tab", name=name, exact=True).click()


def test_execution_shows_iterations_events_timeline_and_variables(console: Page, stack: Stack) -> None:
    open_execution(console, stack, "numbers", "doubling", {"numbers": [1, 2, 3]})
    expect(console.get_by_text("SUCCEEDED", exact=True)).to_be_visible(timeout=90_000)
    iterations = console.get_by_role("region", name="Iterations of Each")
    expect(iterations.locator("[data-iteration]")).to_have_count(3)
    iterations.locator("[data-iteration='2']").click()
    iterations.get_by_role("button", name="Double").click()
    visit = console.get_by_role("region", name="Double [2]")
    expect(visit.get_by_role("region", name="Input")).to_contain_text("3")
    expect(visit.get_by_role("region", name="Output")).to_contain_text("6")
    assert re.search(
        r"/dags/state_machine_numbers/runs/doubling/tasks/.*/mapped/2$",
        visit.get_by_role("link", name="Log").get_attribute("href") or "",
    )

    # The middle of the group in the picture is the state inside it.
    console.get_by_role("button", name="Each", exact=True).click()
    expect(
        console.get_by_role("region", name="Each", exact=True).get_by_role("region", name="Variables")
    ).to_contain_text('"seen": 3')
    tab(console, "Events")
    expect(console.locator("[data-event=ExecutionSucceeded]")).to_have_count(1)
    console.locator("[data-event=ExecutionStarted] summary").click()
    expect(console.locator("[data-event=ExecutionStarted]")).to_contain_text('"numbers"')
    tab(console, "Timeline")
    expect(console.locator("[data-bar=Double]")).to_have_count(3)
    tab(console, "Input and output")
    expect(console.get_by_role("tabpanel").get_by_role("region", name="Output")).to_contain_text("6")


@pytest.mark.parametrize("machine", ["review", "review_in_one_task"])
@pytest.mark.parametrize(("choice", "status"), [("Approve", "SUCCEEDED"), ("Reject", "FAILED")])
def test_approval_shows_picture_and_takes_the_answer(
    console: Page, stack: Stack, tmp_path: Path, machine: str, choice: str, status: str
) -> None:
    clip = media.clip(tmp_path / "holiday.mp4", width=320, height=180, seconds=3)
    s3(stack).upload_file(str(clip), "media-in", "holiday.mp4")
    location = f"s3://media-out/{machine}/{choice}/"
    open_execution(console, stack, machine, choice, {"source": "s3://media-in/holiday.mp4", "location": location})
    question = console.get_by_role("region", name="Publish the picture?")
    picture = question.get_by_role("img")
    expect(picture).to_be_visible(timeout=180_000)
    console.wait_for_function("image => image.complete && image.naturalWidth === 320", arg=picture.element_handle())
    question.get_by_role("button", name=choice).click()
    expect(console.get_by_text(status, exact=True)).to_be_visible(timeout=120_000)
    expect(question).to_have_count(0)


def test_executions_are_filtered_by_name_and_status(console: Page, stack: Stack) -> None:
    for name in ("early", "late"):
        stack.api("POST", "/media/v1/state-machines/numbers/executions", {"name": name, "input": {"numbers": []}})
    console.goto(f"{stack.airflow_url}/plugin/media/machines/numbers")
    rows = console.get_by_role("region", name="Executions").locator("tbody tr")
    expect(rows.filter(has_text="early")).to_have_count(1)
    console.get_by_label("Name").fill("LATE")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("late")
    expect(console).to_have_url(re.compile("text=LATE"))
    console.get_by_label("Status").select_option("ABORTED")
    expect(rows).to_have_count(0)


def test_limits_of_queues_are_changed_on_their_page(console: Page, stack: Stack) -> None:
    stack.wait_for_dag("media_ingest_normal")
    console.goto(f"{stack.airflow_url}/plugin/media/queues")
    limits = console.get_by_role("region", name="Limits")
    limits.get_by_label("Active jobs").fill("7")
    limits.get_by_label("Waiting, low").fill("5")
    limits.get_by_role("button", name="Set limits").click()
    expect(limits).to_contain_text("Changed by admin")
    assert stack.api("GET", "pools/media_jobs")["slots"] == 7
    expect(console.locator("[data-queue=low]")).to_contain_text("limit 5")
    limits.get_by_role("button", name="Limits of queues.yaml").click()
    expect(limits.get_by_label("Active jobs")).to_have_value("100")
    assert stack.api("GET", "pools/media_jobs")["slots"] == 100


def test_waiting_jobs_are_lowered_several_at_once(console: Page, stack: Stack) -> None:
    for priority in ("normal", "low"):
        stack.api("PATCH", f"dags/media_ingest_{priority}", {"is_paused": True})
    for number in range(2):
        source = {"source": f"s3://media-in/waiting-{number}.mp4", "workflow": "vod"}
        stack.api("POST", "/media/v1/accounts/default/ingest-requests", source)
    console.goto(f"{stack.airflow_url}/plugin/media/jobs")
    for number in range(2):
        console.get_by_label(f"Select waiting-{number}.mp4").check()
    console.get_by_role("button", name="Lower priority").click()
    expect(console.locator("[data-job]").filter(has_text="low")).to_have_count(2)
    assert stack.api("GET", "/media/v1/accounts/default/queues")["queues"]["low"]["waiting"] == 2


@in_each_look
def test_pages_of_executions_have_no_violation_of_axe(console: Page, stack: Stack, scheme: str, width: int) -> None:
    name = f"seen-{scheme}-{width}"
    console.goto(stack.airflow_url)
    choose_look(console, scheme, width)
    open_execution(console, stack, "numbers", name, {"numbers": [1, 2]})
    expect(console.get_by_text("SUCCEEDED", exact=True)).to_be_visible(timeout=90_000)
    found = {}
    for path in ("?view=states&chosen=Double&iteration=1", "?view=events", "?view=timeline", "?view=data"):
        console.goto(f"{stack.airflow_url}/plugin/media/machines/numbers/{name}{path}")
        console.get_by_role("tab", name="States").wait_for()
        found[path] = broken_rules(console, scheme)
    console.goto(f"{stack.airflow_url}/plugin/media/queues")
    console.get_by_role("region", name="Limits").wait_for()
    found["queues"] = broken_rules(console, scheme)
    assert {path: bad for path, bad in found.items() if bad} == {}
