"""What the package and Airflow agree on is written once: keys of XComs, groups of states, ids of DAGs and tasks."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from airflow_provider_media.airflow_contract import run_states
from airflow_provider_media.core import dag_ids

PACKAGE = Path(__file__).parents[2] / "provider" / "src" / "airflow_provider_media"
NOT_SEARCHED = ("project/", "example_dags/", "airflow_contract/", "core/dag_ids.py", "core/task_ids.py")
"""Files of users' projects, documentation, and the modules that hold the facts."""
STATES = {*run_states.BEGUN, *run_states.ENDED_TASKS}
OWN_DAGS = (*dag_ids.SHARED, dag_ids.EXPIRY)
KEY_PLACES = {"xcom_push": 0, "xcom_pull": 2, "push_xcom": 1, "pull": 3, "get_one": 0, "get_value": 1, "value": 3}
"""Functions that take the key of an XCom, and its place among their positional arguments."""
INTERFACES = PACKAGE.parents[2] / "docs" / "reference" / "airflow-interfaces.md"
UNPROMISED = (
    "_shared",
    "api",
    "api_fastapi",
    "cli",
    "dag_processing",
    "jobs",
    "models",
    "sdk.definitions",
    "sdk.execution_time",
    "serialization",
    "utils",
)
"""Parts of Airflow that may change without notice."""
WHOLE_PACKAGES = ("airflow.api_fastapi", "airflow.sdk.definitions")
"""Packages that the page names as a whole."""
Finder = Callable[[ast.AST], bool]


def is_text(node: ast.AST | None) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def argument(call: ast.Call, name: str, place: int | None = None) -> ast.AST | None:
    """The argument of a call by its name, or else by its place."""
    named = next((keyword.value for keyword in call.keywords if keyword.arg == name), None)
    return call.args[place] if named is None and place is not None and len(call.args) > place else named


def called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def has_written_key(node: ast.AST) -> bool:
    """A call with a written key of an XCom, ``xcoms={"key": …}``, or ``XComModel.key == "key"``."""
    match node:
        case ast.Call():
            xcoms = argument(node, "xcoms")
            is_key = called(node) in KEY_PLACES and is_text(argument(node, "key", KEY_PLACES[called(node)]))
            return is_key or (isinstance(xcoms, ast.Dict) and any(map(is_text, xcoms.keys)))
        case ast.Compare(left=ast.Attribute(value=ast.Name(id="XComModel"), attr="key"), comparators=[right]):
            return is_text(right)
    return False


def is_group_of_states(node: ast.AST) -> bool:
    """A written tuple, list or set that has only states of Airflow."""
    match node:
        case ast.Tuple(elts=elements) | ast.List(elts=elements) | ast.Set(elts=elements):
            return bool(elements) and all(is_text(each) and each.value in STATES for each in elements)
    return False


def is_dag_id(node: ast.AST) -> bool:
    """A written id of an own DAG, or an f-string that puts one together."""
    match node:
        case ast.JoinedStr(values=[ast.Constant(value=str() as start), *_]):
            return start in dag_ids.OWN_PREFIXES or start.startswith(OWN_DAGS)
        case ast.Constant(value=str() as text):
            return text in {*dag_ids.OWN_PREFIXES, *OWN_DAGS} or text.startswith(tuple(f"{each}_" for each in OWN_DAGS))
    return False


def has_written_task_id(node: ast.AST) -> bool:
    """A call with a written ``task_id`` or ``task_ids``."""
    return isinstance(node, ast.Call) and any(is_text(argument(node, name)) for name in ("task_id", "task_ids"))


def found(find: Finder) -> list[str]:
    """Where the package's code has what a finder finds, docstrings left out."""
    places = []
    for path, tree in modules():
        places += [f"{path}:{node.lineno}: {ast.unparse(node)}" for node in code(tree) if find(node)]
    return places


def modules() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).as_posix()
        if not name.startswith(NOT_SEARCHED):
            yield name, ast.parse(path.read_text())


def code(tree: ast.Module) -> Iterator[ast.AST]:
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and is_text(node.value)}
    return (node for node in ast.walk(tree) if id(node) not in docstrings)


@pytest.mark.parametrize(
    ("find", "instead"),
    [
        (has_written_key, "take the key from airflow_contract/xcom.py"),
        (is_group_of_states, "take the group from airflow_contract/run_states.py"),
        (is_dag_id, "take the id, its prefix or its function from core/dag_ids.py"),
        (has_written_task_id, "take the id from core/task_ids.py"),
    ],
)
def test_fact_shared_with_airflow_is_written_once(find, instead):
    written = found(find)
    assert written == [], f"{instead}:\n" + "\n".join(written)


@pytest.mark.parametrize(
    ("find", "source"),
    [
        (has_written_key, 'context["ti"].xcom_push(key="progress", value=1)'),
        (has_written_key, 'runs.pull(dag_id, run_id, PUBLISH, "return_value")'),
        (has_written_key, 'TaskSuccessEvent(xcoms={"return_value": 1})'),
        (has_written_key, 'select(XComModel).where(XComModel.key == "state")'),
        (is_group_of_states, 'ENDED = ("success", "failed")'),
        (is_group_of_states, 'runs.count_runs(dag_id, ["success"], [run_id])'),
        (is_dag_id, 'ANNOUNCE_DAG = "media_announce"'),
        (is_dag_id, 'name = f"media_{workflow}"'),
        (is_dag_id, 'dag_id.startswith("state_machine_")'),
        (has_written_task_id, 'EmptyOperator(task_id="task")'),
    ],
)
def test_finder_finds_what_must_not_be_written(find, source):
    assert any(find(node) for node in code(ast.parse(source)))


def test_interface_without_a_promise_is_listed_with_its_contract_test():
    rows = [line for line in INTERFACES.read_text().splitlines() if line.startswith("| `airflow.")]
    listed = tuple(row.split("`")[1] for row in rows if "](../../tests/" in row)
    assert len(listed) == len(rows)
    imported = airflow_imports()
    assert {name for name in imported if is_unpromised(name) and not is_listed(name, listed)} == set()
    assert [name for name in listed if not any(is_listed(each, (name,)) for each in imported)] == []


def is_listed(name: str, listed: tuple[str, ...]) -> bool:
    """Whether the page names a module, or its package where the page names whole packages."""
    return name in listed or any(name.startswith(f"{package}.") and package in listed for package in WHOLE_PACKAGES)


def is_unpromised(name: str) -> bool:
    return f"{name}.".startswith(tuple(f"airflow.{part}." for part in UNPROMISED))


def airflow_imports() -> set[str]:
    """The modules of Airflow from which the package imports."""
    imported = set()
    for _, tree in modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("airflow."):
                is_module = node.module == "airflow.sdk.execution_time"
                imported |= {f"{node.module}.{name.name}" for name in node.names} if is_module else {node.module}
    return imported
