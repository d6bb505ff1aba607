"""From a task in Airflow's UI to the page of the execution that it drives."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin

import pytest

from demo.airflow_home import USER
from demo.stack import ROOT, Stack
from tests.stacks import lay_out_project, project_stack

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

MACHINES = ROOT / "tests" / "system" / "machines" / "machines.py"


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """An Airflow with the machines of the system tests."""
    with project_stack(lay_out_project(tmp_path_factory.mktemp("machines"), MACHINES)) as running:
        yield running


@pytest.mark.parametrize("machine", ["ten", "ten_in_one_task"])
def test_execution_link_of_last_task_opens_states_of_execution(
    signed_in, stack: Stack, machine: str, tmp_path: Path
) -> None:
    dag_id = f"state_machine_{machine}"
    (tmp_path / "Seven.broken").touch()
    stack.wait_for_dag(dag_id, timeout_seconds=120)
    stack.api(
        "POST",
        f"dags/{dag_id}/dagRuns",
        {"dag_run_id": "seen", "logical_date": None, "conf": {"folder": str(tmp_path)}},
    )
    assert stack.wait_for_run(dag_id, "seen", timeout_seconds=120)["state"] == "failed"

    signed_in.goto(f"{stack.airflow_url}/dags/{dag_id}/runs/seen/tasks/result/details")
    link = signed_in.get_by_role("link", name="Execution", exact=True)
    link.wait_for()
    signed_in.goto(urljoin(stack.airflow_url, link.get_attribute("href")))

    assert signed_in.get_by_role("heading", level=1).inner_text() == f"{machine} FAILED"
    rows = signed_in.locator("tbody tr")
    assert [cell.inner_text().strip() for cell in rows.locator("td:nth-child(1)").all()] == [
        "One",
        "Two",
        "Three",
        "Four",
        "Five",
        "Six",
        "Seven",
    ]
    assert [cell.inner_text() for cell in rows.locator("td:nth-child(2)").all()] == ["succeeded"] * 6 + ["failed"]
    seven = rows.last
    seven.get_by_text("Broken").click()
    seven.get_by_text("as it was told").wait_for()
    assert signed_in.locator("svg text.title").all_text_contents()[:2] == ["One", "Two"]
    assert re.search("redrive", signed_in.content())


def test_page_of_unknown_execution_leads_back_to_the_console(signed_in, stack: Stack) -> None:
    address = f"{stack.airflow_url}/media/v1/state-machines/ten/executions/nowhere/page"
    stack.wait_for_dag("state_machine_ten", timeout_seconds=120)
    assert signed_in.goto(address).status == 404
    assert signed_in.get_by_role("heading", name="What to do next").is_visible()
    signed_in.get_by_role("link", name="Executions of ten").click()
    signed_in.wait_for_url("**/plugin/media/machines/ten")


def test_page_sends_anonymous_browser_to_login_and_back(page, stack: Stack) -> None:
    page.set_default_timeout(90_000)
    address = f"{stack.airflow_url}/media/v1/state-machines/ten/executions/nowhere/page"
    assert page.goto(address).status == 401
    page.get_by_role("link", name="Sign in").click()
    page.get_by_label("Username").fill(USER)
    page.get_by_label("Password", exact=True).fill(stack.password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(address)
    page.get_by_role("heading", name="What to do next").wait_for()
