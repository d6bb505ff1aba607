"""Makes the pictures of the documentation: each page of the console, wide and narrow, light and dark.

``make docs-pictures`` runs the demo's job in a fresh Airflow and opens the pages in Debian's Chromium.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from demo import machines
from demo.airflow_home import USER
from demo.clip import demo_clip
from demo.job import DAG, make_buckets, upload, wait_for_job
from demo.stack import ROOT, Stack, local_stack

if TYPE_CHECKING:
    from playwright.sync_api import Page

JOB_SECONDS = 300
QUALITY = 85
"""Of the pictures in JPEG: a player's frame takes a megabyte in PNG."""
MACHINE = "previews"
SAVED = "clips"
"""Workflow that is saved in the console."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """How a page is shown in its picture."""

    name: str
    """End of the picture's name."""
    width: int
    height: int
    scheme: str = "light"


FORMS = (
    Form(name="wide", width=1440, height=900),
    Form(name="dark", width=1440, height=900, scheme="dark"),
    Form(name="narrow", width=390, height=844),
)


def pages(job: str, execution: str) -> Mapping[str, tuple[str, str]]:
    """Return the pages by the names of their pictures: path in Airflow, and a selector of what it shows."""
    return {
        "jobs": ("plugin/media/jobs", "[data-job]"),
        "job": (f"plugin/media/jobs/default/{job}", "[data-timeline]"),
        "queues": ("plugin/media/queues", "[data-queue=low]"),
        "workflows": ("plugin/media/workflows", "[data-box=join]"),
        "machines": ("plugin/media/machines", f"a[href$='/{MACHINE}']"),
        "machine": (f"plugin/media/machines/{MACHINE}", "[data-state]"),
        "execution": (f"plugin/media/machines/{MACHINE}/{execution}", "[data-visit]"),
        "editor": ("plugin/media/workflows/new?from=vod", "[data-testid=canvas]"),
        "versions": (f"plugin/media/workflows/{SAVED}/versions", "[data-version]"),
        "designer": (f"plugin/media/machines/new?from={MACHINE}", "[data-name]"),
        "api": ("plugin/media_api", ".opblock"),
    }


def save_versions(stack: Stack) -> None:
    """Save two versions of a workflow, as people do in the editor."""
    for base, preset in ((None, "h264-480p"), (1, "h264-720p")):
        text = f"name: {SAVED}\noutputs:\n  web: {{preset: {preset}}}\n"
        body = {"text": text, "status": "published", "base": base, "comment": f"As {preset}."}
        stack.api("PUT", f"/media/v1/definitions/workflows/{SAVED}", body)


def try_workflow(page: Page, source: str) -> None:
    """Let the editor plan the demo's clip, and show a picture of it."""
    page.get_by_role("button", name="Try it").click()
    page.get_by_label("Source (URI)").fill(source)
    page.get_by_role("button", name="Plan", exact=True).click()
    page.get_by_test_id("trial").wait_for()


def main() -> None:
    """Run the demo's job and take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, default=ROOT / "docs" / "images")
    folder = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home, local_stack(Path(home)) as stack:
        make_buckets(stack)
        stack.wait_for_dag(DAG)
        source = upload(stack, demo_clip(ROOT / ".local" / "media"))
        executions = machines.start(stack, source)
        job = wait_for_job(stack, source, timeout_seconds=JOB_SECONDS)
        for execution, _ in machines.outcomes(stack, executions, timeout_seconds=JOB_SECONDS):
            print(f"{execution.machine} has ended")
        save_versions(stack)
        names = {each.machine: each.name for each in executions}
        shown = pages(job["dag_run_id"].partition("__")[2], names[MACHINE])
        for form in FORMS:
            with signed_in(stack, form) as page:
                for name, (path, selector) in shown.items():
                    page.goto(f"{stack.airflow_url}/{path}")
                    place = page.frame_locator("iframe") if path.endswith("media_api") else page
                    place.locator(selector).first.wait_for()
                    if name == "editor":
                        try_workflow(page, source)
                    page.wait_for_load_state("networkidle")
                    page.screenshot(path=folder / f"{name}-{form.name}.jpeg", quality=QUALITY)
                    print(f"{name}-{form.name}", flush=True)


@contextmanager
def signed_in(stack: Stack, form: Form) -> Iterator[Page]:
    """A page of a browser in which a person has signed in to Airflow."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or sys.exit("Chromium is missing (Debian: apt install chromium).")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": form.width, "height": form.height})
        page.goto(stack.airflow_url)
        page.get_by_label("Username").fill(USER)
        page.get_by_label("Password", exact=True).fill(stack.password)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(lambda address: "/auth/" not in address)
        page.evaluate("scheme => localStorage.setItem('theme', scheme)", form.scheme)
        yield page
        browser.close()


if __name__ == "__main__":
    main()
