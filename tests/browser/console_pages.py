"""Pages of the console for all its tests: how one is opened, in which looks, and which rules of axe it breaks."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from demo.stack import ROOT, Stack

AXE = ROOT / "provider" / "console" / "node_modules" / "axe-core" / "axe.min.js"
SCHEMES = ("light", "dark")
WIDTHS = {"desktop": 1440, "phone": 390}
LEAST_PASSES = 5
"""Rules that any page keeps; with fewer, axe has looked at next to nothing."""
BrokenRules = list[tuple[str, list[str]]]
"""Names of rules, each with the elements that break it."""


def in_each_look(test: Callable[..., None]) -> Any:
    """Run a test in each colour scheme and at each width, which it takes as ``scheme`` and ``width``."""
    widths = pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
    return widths(pytest.mark.parametrize("scheme", SCHEMES)(test))


def choose_look(page: Page, scheme: str, width: int) -> None:
    """Choose the colour scheme of pages that are opened from now on, and their width."""
    page.evaluate("scheme => localStorage.setItem('theme', scheme)", scheme)
    page.set_viewport_size({"width": width, "height": 900})


def open_page(page: Page, stack: Stack, path: str) -> None:
    """Open a page of the console."""
    page.goto(f"{stack.airflow_url}/plugin/media/{path}")
    page.get_by_role("heading", name="Media", level=1).wait_for()


def broken_rules(page: Page, scheme: str) -> BrokenRules:
    """Return the rules that a page breaks, once it is at rest."""
    page.wait_for_load_state("networkidle")
    assert scheme in page.evaluate("document.documentElement.className").split()
    page.add_script_tag(path=AXE)
    found = page.evaluate("axe.run(document.querySelector('[data-console]'))")
    assert len(found["passes"]) > LEAST_PASSES, f"axe has looked at next to nothing of {page.url}"
    return [(each["id"], [node["html"] for node in each["nodes"]]) for each in found["violations"]]


def broken_rules_of(page: Page, stack: Stack, path: str, scheme: str) -> BrokenRules:
    """Return the rules that the page at a path breaks."""
    open_page(page, stack, path)
    return broken_rules(page, scheme)
