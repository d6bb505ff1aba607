"""The public Python API is what `__all__` of the listed modules names; examples and docs use nothing else."""

import ast
import inspect
import re
import textwrap
from importlib import import_module
from pathlib import Path

import pytest

from airflow_provider_media.get_provider_info import PACKAGE, get_provider_info
from airflow_provider_media.python_reference import parameters, public_modules, reference

ROOT = Path(__file__).parents[3]
SOURCE = ROOT / "provider" / "src" / PACKAGE
PYTHON = re.compile(r"^( *)```python\n(.*?)^ *```", re.DOTALL | re.MULTILINE)
PAGES = [ROOT / "README.md", *sorted(ROOT.glob("docs/**/*.md"))]
DAG_FILES = sorted([*SOURCE.glob("example_dags/*.py"), *ROOT.glob("dags/*.py")])
PUBLIC = {(module, name) for module in public_modules() for name in import_module(module).__all__}


def imports(text):
    """The names that a text in Python imports from the package, each with its module; a whole module has the
    name None.
    """
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == PACKAGE:
            yield from ((node.module, alias.name) for alias in node.names)
        if isinstance(node, ast.Import):
            yield from ((alias.name, None) for alias in node.names if alias.name.partition(".")[0] == PACKAGE)


@pytest.mark.parametrize("module", public_modules())
def test_public_module_sorts_its_names_and_defines_them(module):
    names = import_module(module).__all__
    assert names == sorted(names)
    assert {inspect.getmodule(getattr(import_module(module), name)).__name__.startswith(module) for name in names} == {
        True
    }


@pytest.mark.parametrize("module", [module for module in public_modules() if not module.endswith(".factory")])
def test_public_module_names_each_operator_sensor_hook_trigger_and_notifier(module):
    found = import_module(module)
    kinds = re.compile(r"^[A-Z]\w*(Operator|Sensor|Hook|Trigger|Notifier)$")
    own = {name for name, thing in vars(found).items() if kinds.match(name) and thing.__module__ == module}
    assert own == set(found.__all__)


def test_provider_info_lists_public_notifiers():
    assert {tuple(name.rsplit(".", 1)) for name in get_provider_info()["notifications"]} <= PUBLIC


def test_python_api_page_agrees_with_the_code():
    page = ROOT / "docs" / "reference" / "python-api.md"
    assert page.read_text() == reference(), f"python -m {PACKAGE}.python_reference docs/reference/python-api.md"


@pytest.mark.parametrize(("module", "name"), sorted(PUBLIC))
def test_public_name_has_docstring_and_describes_its_parameters(module, name):
    thing = getattr(import_module(module), name)
    assert inspect.getdoc(thing)
    assert [each.name for each in parameters(thing) if not each.meaning] == []


def test_subclass_parameters_contain_base_parameters_without_those_it_sets_itself():
    from airflow_provider_media.operators.transcode import WatermarkOperator

    found = {each.name: each for each in parameters(WatermarkOperator)}
    assert (found["source"].default, found["integrity"].default, found["text"].type) == ("", "'strict'", "str | None")
    assert {"spec", "watermarks", "kwargs", "self"}.isdisjoint(found)


@pytest.mark.parametrize("file", DAG_FILES, ids=lambda file: file.name)
def test_dag_file_imports_public_names_only(file):
    assert set(imports(file.read_text())) <= PUBLIC


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_page_imports_public_names_only(page):
    for _, code in PYTHON.findall(page.read_text()):
        assert set(imports(textwrap.dedent(code))) <= PUBLIC


def test_pages_and_examples_show_every_public_operator():
    shown = {name for file in SOURCE.glob("example_dags/*.py") for name in imports(file.read_text())}
    assert {(module, name) for module, name in PUBLIC if ".operators." in module} <= shown
