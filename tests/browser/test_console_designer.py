"""The designer of state machines: made by drag and drop, tested with mocks, saved, run, failed and redriven."""

import json
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from demo.stack import ROOT, Stack
from tests.stacks import lay_out_project, project_stack

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

AXE = ROOT / "provider" / "console" / "node_modules" / "axe-core" / "axe.min.js"
WIDTHS = {"desktop": 1440, "phone": 390}
PATHS = ("machines", "machines/new", "machines/previews/edit", "machines/saved/edit", "machines/saved/versions")
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
def console(signed_in: Page) -> Iterator[Page]:
    """A page of a signed-in person with room for the designer; no request may leave the machine."""
    hosts: set[str | None] = set()
    signed_in.on("request", lambda request: hosts.add(urlsplit(request.url).hostname))
    signed_in.set_viewport_size({"width": 1440, "height": 950})
    signed_in.set_default_timeout(30_000)
    yield signed_in
    assert hosts - {"127.0.0.1", None} == set()


def open_page(console: Page, stack: Stack, path: str) -> None:
    """Open a page of the console."""
    console.goto(f"{stack.airflow_url}/plugin/media/{path}")
    console.get_by_role("heading", name="Media", level=1).wait_for()


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
