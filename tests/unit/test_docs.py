"""Documentation that cannot rot: what it shows is in the files it names, and what it says to type exists."""

import re
from pathlib import Path

import pytest

from airflow_provider_media import __version__
from airflow_provider_media.cli.definition import COMMANDS
from airflow_provider_media.core.media.schemes import SCHEMES, Capability
from airflow_provider_media.core.planning.output_kinds import OUTPUT_KINDS

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *ROOT.glob("docs/**/*.md")])
SNIPPET = re.compile(r"<!-- snippet: (\S+) -->\n```\w+\n(.*?)```", re.DOTALL)
TEST_LINK = re.compile(r"\[(test_\w+)\]\((\S+\.py)\)")
LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_snippet_stands_in_the_file_it_names(page):
    for file, code in SNIPPET.findall(page.read_text()):
        assert code in (ROOT / file).read_text(), f"{page.name}: the snippet is no longer in {file}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(page):
    for link in LINK.findall(page.read_text()):
        assert (page.parent / link).exists(), f"{page.name} links to {link}"


def test_every_module_that_architecture_pages_name_exists():
    package = ROOT / "provider" / "src" / "airflow_provider_media"
    for page in [ROOT / "docs" / "architecture.md", *ROOT.glob("docs/adr/*.md")]:
        for name in re.findall(
            r"`((?:core|api|cli|factory|hooks|job_store|operators|triggers)/[\w/]+\.py)`", page.read_text()
        ):
            assert (package / name).exists(), f"{page.name} names {name}"


def test_every_test_that_the_docs_link_exists():
    linked = [(page, name, file) for page in PAGES for name, file in TEST_LINK.findall(page.read_text())]
    assert linked
    for page, name, file in linked:
        path = page.parent / file
        assert name == path.stem or f"def {name}(" in path.read_text(), (
            f"{page.name} names {name}, which is not in {file}"
        )


def test_every_property_of_a_source_has_a_test():
    page = (ROOT / "docs/reference/source-properties.md").read_text()
    rows = [line for line in page.splitlines() if line.startswith("| ") and not line.startswith("| property")]
    assert rows
    assert [row for row in rows if not TEST_LINK.search(row)] == []


def test_every_make_target_that_is_named_exists():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {
        name for page in PAGES for name in re.findall(r"^(?:\$|   ) ?make ([a-z-]+)", page.read_text(), re.MULTILINE)
    }
    assert named
    assert named <= targets


def test_every_command_that_is_named_exists():
    named = set(re.findall(r"airflow_provider_media\.cli ([a-z]+)", (ROOT / "README.md").read_text()))
    assert named
    assert named <= {command.name for command in COMMANDS}


def test_readme_and_state_machines_page_name_every_output_kind():
    resources = (ROOT / "docs/how-to/state-machines.md").read_text()
    for kind in OUTPUT_KINDS:
        assert f"`{kind.name}`" in (ROOT / "README.md").read_text()
        assert f"`media:{kind.name}`" in resources or not kind.makes_media


def test_the_newest_change_is_of_this_version():
    newest = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert newest
    assert newest[1] == __version__


def test_the_table_of_schemes_is_that_of_the_package():
    page = (ROOT / "docs/reference/sources.md").read_text()
    for scheme in SCHEMES:
        outputs = f"`{scheme.folder_example}`" if scheme.takes_outputs else "none"
        can = ", ".join(capability for capability in Capability if capability in scheme.capabilities)
        row = f"| `{scheme.name}` | `{scheme.object_example}` | {outputs} | {can} |"
        assert (row in page) == scheme.is_advertised, row
