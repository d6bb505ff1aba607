"""How long the page of ten thousand jobs takes in a browser until it can be used, beside Airflow's own page of DAGs."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Page, StorageState
from sqlalchemy.orm import Session

from demo.stack import Stack
from tests.browser.conftest import browser, page, signed_in  # noqa: F401 - fixtures
from tests.distributed.many_jobs import fill
from tests.distributed.running import running

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(900)]
JOBS = 10_000
TIMES = 7
MOST = 60_000
"""Milliseconds after which a page counts as broken."""
UNTIL_USABLE = """
([link, usable, most]) => new Promise((resolve, reject) => {
  const begin = link ? performance.now() : 0;
  if (link) document.querySelector(link).click();
  const look = () => {
    const taken = performance.now() - begin;
    if (eval(usable)) resolve(taken);
    else if (taken > most) reject(new Error(`not usable after ${most} ms: ${usable}`));
    else requestAnimationFrame(look);
  };
  look();
})
"""
"""Milliseconds from a click, or else from the begin of the navigation, until a page can be used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsolePage:
    """A page whose time is taken.

    :param path: its path.
    :param link: selector of the link in Airflow's navigation that leads to it.
    :param usable: expression of JavaScript that is true once the page can be used.
    """

    path: str
    link: str
    usable: str


PAGES = {
    # The first job is selected as soon as its row is there; the bar of commands for selected jobs is the reaction.
    "jobs": ConsolePage(
        path="/plugin/media/jobs",
        link="a[href$='/plugin/media']",
        usable="""
            (box => box && !box.checked && box.click())(document.querySelector("[data-job] input")),
            document.querySelector("[data-console] [role=toolbar]")
        """,
    ),
    "DAGs": ConsolePage(
        path="/dags", link="a[href$='/dags']", usable="document.querySelector('a[href*=\"/dags/media_\"]')"
    ),
}


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """An Airflow on PostgreSQL with many jobs, none of which goes on."""
    with running(tmp_path_factory.mktemp("console")) as started:
        for priority in ("normal", "low"):
            started.api("PATCH", f"dags/media_ingest_{priority}", {"is_paused": True})
        fill(_queues_of(started), JOBS)
        yield started


def _queues_of(stack: Stack) -> Any:
    """Return what ``fill`` asks of queues, over the REST API and the database of a stack."""
    engine = sa.create_engine(stack.environment["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"])

    def submit(name: str) -> Any:
        body = {"source": f"s3://media-in/{name}.mp4"}
        return SimpleNamespace(id=stack.api("POST", "/media/v1/accounts/default/ingest-requests", body)["id"])

    @contextmanager
    def session() -> Iterator[Session]:
        with Session(engine) as opened, opened.begin():
            yield opened

    return SimpleNamespace(submit=submit, session=session)


def with_empty_cache(browser: Browser, state: StorageState, address: str, wanted: ConsolePage) -> float:  # noqa: F811 - a parameter
    """Return the milliseconds of a page in a browser that has loaded nothing yet."""
    context = browser.new_context(storage_state=state, viewport={"width": 1440, "height": 900})
    try:
        return loaded(context.new_page(), address, wanted)
    finally:
        context.close()


def loaded(page: Page, address: str, wanted: ConsolePage) -> float:  # noqa: F811 - a parameter
    """Return the milliseconds of a page that is loaded as a whole."""
    page.goto(address + wanted.path, wait_until="commit")
    return float(page.evaluate(UNTIL_USABLE, ["", wanted.usable, MOST]))


def from_within(page: Page, address: str, wanted: ConsolePage) -> float:  # noqa: F811 - a parameter
    """Return the milliseconds of a page after a click in Airflow's navigation."""
    page.goto(f"{address}/pools")
    page.locator(wanted.link).first.wait_for()
    page.wait_for_load_state("networkidle")
    return float(page.evaluate(UNTIL_USABLE, [wanted.link, wanted.usable, MOST]))


def test_page_of_ten_thousand_jobs_beside_airflows_page_of_dags(browser, signed_in, stack, capsys) -> None:  # noqa: F811 - fixtures
    address, state = stack.airflow_url, signed_in.context.storage_state()
    ways = {
        "with an empty cache": lambda wanted: with_empty_cache(browser, state, address, wanted),
        "loaded again": lambda wanted: loaded(signed_in, address, wanted),
        "after a click": lambda wanted: from_within(signed_in, address, wanted),
    }
    found: dict[str, dict[str, list[float]]] = {}
    for way, taken in ways.items():
        times = found.setdefault(way, {name: [] for name in PAGES})
        for _ in range(TIMES):
            for name, wanted in PAGES.items():
                times[name].append(taken(wanted))
    with capsys.disabled():
        print("\n\nUntil a page can be used in a browser, in ms: median and slowest of", TIMES)
        for way, times in found.items():
            figures = (f"{name} {median(taken):5.0f} {max(taken):5.0f}" for name, taken in times.items())
            ratio = median(times["jobs"]) / median(times["DAGs"])
            print(f"  {way:20}", *figures, f"ratio {ratio:.2f}", sep="  ")
    assert all(len(taken) == TIMES for times in found.values() for taken in times.values())
