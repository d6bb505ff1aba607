"""One real browser for all tests of a session: Debian's Chromium, driven by Playwright."""

import re
import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from demo.airflow_home import USER
from demo.stack import Stack, local_stack
from tests.browser.shapes import SHAPES, Packaged, packaged

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIET = [
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
]
"""A browser that calls nobody but the pages under test."""


@pytest.fixture(scope="session")
def browser():
    """A browser without a window; tests are skipped where none is installed."""
    from playwright.sync_api import sync_playwright

    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        # Chromium's own sandbox does not run as root, as in most containers; the pages here are ours.
        # Films begin to play, and are heard, without a person's click.
        arguments = [*QUIET, "--no-sandbox", "--autoplay-policy=no-user-gesture-required"]
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield running
        running.close()


@pytest.fixture
def page(browser):
    """An empty page; an error in the script of a page of ours fails the test."""
    opened = browser.new_page(viewport={"width": 1280, "height": 900})
    errors: list[str] = []
    opened.on(
        "pageerror",
        lambda error: errors.append(str(error)) if re.match("file:|.*/(media/v1|plugin/media)/", opened.url) else None,
    )
    yield opened
    opened.close()
    assert errors == []


@pytest.fixture
def signed_in(page, stack: Stack):
    """A page after a person has signed in to Airflow with name and password."""
    page.set_default_timeout(90_000)
    page.goto(stack.airflow_url)
    page.get_by_label("Username").fill(USER)
    page.get_by_label("Password", exact=True).fill(stack.password)
    page.get_by_role("button", name="Sign in").click()
    # Whoever goes on before the answer is there goes on without its cookie.
    page.wait_for_url(lambda address: "/auth/" not in address)
    return page


@pytest.fixture
def local_page(signed_in):
    """A page of a signed-in person, none of whose requests may leave the machine."""
    hosts: set[str | None] = set()
    signed_in.on("request", lambda request: hosts.add(urlsplit(request.url).hostname))
    yield signed_in
    assert hosts - {"127.0.0.1", None} == set()


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The running stack, in a home that is thrown away."""
    with local_stack(tmp_path_factory.mktemp("home")) as running:
        yield running


@pytest.fixture(scope="session")
def shapes_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the packages of all shapes are made."""
    return tmp_path_factory.mktemp("shapes")


@pytest.fixture(scope="session")
def package_of(shapes_folder: Path) -> Callable[[str], Packaged]:
    """The package of a shape, made once for all players and parsers."""
    return cache(lambda shape: packaged(SHAPES[shape], shapes_folder / shape))
