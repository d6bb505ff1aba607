"""The figures of this package's shape: what they were, what they should be, what they are.

``python tests/architecture/shape.py`` prints all of them, with a name one of them and its places, and with
``--page docs/shape.md`` it writes the page. It reads the package's files and imports none.
"""

from __future__ import annotations

import argparse
import ast
import re
import subprocess
import tomllib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from statistics import median, quantiles

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "provider" / "src"
PACKAGE = SOURCE / "airflow_provider_media"
TABLE = re.compile(r"(?<=<!-- figures -->\n).*?(?=<!-- /figures -->)", re.DOTALL)
REACHED = "✓"
RULE_DATE = "2026-12-01"
"""Day from which the rule for commit subjects holds."""
SHARED_STEMS = {"__init__", "__main__", "errors"}
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True, slots=True)
class Module:
    """One Python file of the package."""

    path: str
    """Relative to the package."""
    text: str
    tree: ast.Module

    @property
    def name(self) -> str:
        """The module's name for imports."""
        parts = (PACKAGE.name, *Path(self.path).with_suffix("").parts)
        return ".".join(parts).removesuffix(".__init__")


@dataclass(frozen=True, slots=True)
class Measured:
    """A figure, and the places that it counts."""

    values: tuple[float, ...]
    places: Sequence[str] = ()
    unit: str = ""

    def __str__(self) -> str:
        return " / ".join(f"{value:g}" for value in self.values) + self.unit


@dataclass(frozen=True, slots=True)
class Figure:
    """What is measured, and against what."""

    name: str
    title: str
    before: str
    """The figure of 2026-11-30; empty where nobody measured it."""
    goal: tuple[float, ...]
    """The largest values that reach the goal; empty where there is no goal."""
    measure: Callable[[], Measured]

    def is_reached(self) -> bool:
        """Whether no value is above its goal."""
        values = self.measure().values
        return all(value <= limit for value, limit in zip(values, self.goal, strict=False))


@cache
def modules() -> Sequence[Module]:
    """All modules of the package, parsed once."""
    texts = ((path.relative_to(PACKAGE).as_posix(), path.read_text()) for path in sorted(PACKAGE.rglob("*.py")))
    return [Module(path, text, ast.parse(text)) for path, text in texts]


@cache
def all_nodes() -> Mapping[type[ast.AST], Sequence[tuple[Module, ast.AST]]]:
    """All nodes of the package by kind, each with its module."""
    found = defaultdict(list)
    for module in modules():
        for node in ast.walk(module.tree):
            found[type(node)].append((module, node))
    return found


def nodes(*kinds: type[ast.AST]) -> Iterator[tuple[Module, ast.AST]]:
    """All nodes of some kinds in the package."""
    for kind in kinds:
        yield from all_nodes()[kind]


def lines() -> Iterator[tuple[str, str]]:
    """All lines of the package, each with its place."""
    for module in modules():
        for number, line in enumerate(module.text.splitlines(), 1):
            yield f"{module.path}:{number}", line


def per_thousand(*kinds: type[ast.AST]) -> Measured:
    """Nodes of some kinds in 1,000 lines; the modules with most of them are the places."""
    counts = Counter(module.path for module, _ in nodes(*kinds))
    rate = 1000 * counts.total() / sum(1 for _ in lines())
    return Measured((round(rate, 1),), [f"{path}: {count}" for path, count in counts.most_common(20)])


def repeated(places: Mapping[str, Iterable[str]], allowed: int) -> Measured:
    """How many names stand in more places than is allowed."""
    found = {name: sorted(where) for name, where in places.items() if len(list(where)) > allowed}
    return Measured((len(found),), [f"{name}: {', '.join(where)}" for name, where in sorted(found.items())])


def class_names() -> Measured:
    """Class names that occur more than once."""
    places = defaultdict(list)
    for module, node in nodes(ast.ClassDef):
        places[node.name].append(module.path)
    return repeated(places, 1)


def module_names() -> Measured:
    """Module names that stand in three or more folders."""
    places = defaultdict(list)
    for module in modules():
        if Path(module.path).stem not in SHARED_STEMS:
            places[Path(module.path).stem].append(module.path)
    return repeated(places, 2)


def imports(module: Module, names: Iterable[str], body: Iterable[ast.AST]) -> Iterator[str]:
    """The package's modules that statements import."""
    known = set(names)
    for node in body:
        if isinstance(node, ast.ImportFrom) and node.module:
            inner = {f"{node.module}.{alias.name}" for alias in node.names} & known
            yield from inner or {node.module} & known
        elif isinstance(node, ast.Import):
            yield from {alias.name for alias in node.names} & known


def import_circles() -> Measured:
    """Whether modules import one another when they are loaded; the first circle is the place."""
    names = [module.name for module in modules()]
    graph = {module.name: set(imports(module, names, module.tree.body)) - {module.name} for module in modules()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return Measured((1,), [" → ".join(error.args[1])])
    return Measured((0,))


def long_lines() -> Measured:
    """Percentage of lines over 100 characters, and number of lines over 120."""
    lengths = {place: len(line) for place, line in lines()}
    over_100 = 100 * sum(length > 100 for length in lengths.values()) / len(lengths)
    over_120 = [place for place, length in lengths.items() if length > 120]
    return Measured((round(over_100, 1), len(over_120)), over_120)


def function_lengths() -> Measured:
    """Median, 90th percentile and maximum of the lines of functions."""
    functions = {f"{module.path}:{node.lineno} {node.name}": node for module, node in nodes(*FUNCTIONS)}
    lengths = {place: node.end_lineno - node.lineno + 1 for place, node in functions.items()}
    longest = sorted(lengths, key=lengths.__getitem__, reverse=True)[:10]
    values = (median(lengths.values()), round(quantiles(lengths.values(), n=10)[-1]), max(lengths.values()))
    return Measured(values, [f"{place}: {lengths[place]}" for place in longest])


def module_lengths() -> Measured:
    """Modules over 300 lines."""
    lengths = {module.path: len(module.text.splitlines()) for module in modules()}
    long = {path: length for path, length in lengths.items() if length > 300}
    return Measured((len(long),), [f"{path}: {length}" for path, length in sorted(long.items())])


def test_names() -> Measured:
    """Names of tests with more than ten words."""
    found = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in sorted((ROOT / "tests").rglob("test_*.py"))
        for name in re.findall(r"^ *(?:async )?def test_(\w+)", path.read_text(), re.MULTILINE)
        if len(name.split("_")) > 10
    ]
    return Measured((len(found),), found)


def nested_conditionals() -> Measured:
    """Conditional expressions that stand in another one."""
    found = [f"{module.path}:{node.lineno}" for module, node in nodes(ast.IfExp) if holds_conditional(node)]
    return Measured((len(found),), found)


def holds_conditional(node: ast.AST) -> bool:
    """Whether a conditional expression stands below a node."""
    below = (inner for child in ast.iter_child_nodes(node) for inner in ast.walk(child))
    return any(isinstance(inner, ast.IfExp) for inner in below)


def double_comprehensions() -> Measured:
    """Comprehensions with two ``for``."""
    found = [f"{module.path}:{node.lineno}" for module, node in nodes(*COMPREHENSIONS) if len(node.generators) > 1]
    return Measured((len(found),), found)


def noqa_headers() -> Measured:
    """Modules that switch a rule of ruff off for the whole file."""
    found = [place for place, line in lines() if line.startswith("# ruff: noqa")]
    return Measured((len(found),), found)


def unchecked_types() -> Measured:
    """Percentage of lines that mypy does not check: those outside of its files, and those whose errors it ignores."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["mypy"]
    checked = [ROOT / path for path in settings["files"]]
    silenced = [rule["module"] for rule in settings.get("overrides", ()) if rule.get("ignore_errors")]
    ignored = [name.removesuffix(".*") for names in silenced for name in listed(names)]
    left_out = [module for module in modules() if not is_checked(module, checked, ignored)]
    missing = sum(len(module.text.splitlines()) for module in left_out)
    return Measured((round(100 * missing / sum(1 for _ in lines())),), [module.path for module in left_out], " %")


def is_checked(module: Module, checked: Iterable[Path], ignored: Iterable[str]) -> bool:
    """Whether mypy reads a module and reports its errors."""
    is_read = any((PACKAGE / module.path).is_relative_to(folder) for folder in checked)
    return is_read and not any(module.name.startswith(name) for name in ignored)


def listed(value: str | list[str]) -> list[str]:
    """A value of pyproject.toml that may be one text or several."""
    return [value] if isinstance(value, str) else value


def xcom_keys() -> Measured:
    """Sites that push an XCom, and modules that contain such sites."""
    found = [
        f"{module.path}:{node.lineno}"
        for module, node in nodes(ast.Call)
        if isinstance(node.func, ast.Attribute) and node.func.attr == "xcom_push"
    ]
    return Measured((len(found), len({place.partition(":")[0] for place in found})), found)


def commit_subjects() -> Measured:
    """Median and maximum length of commit subjects since their rule holds; zeros where there is no history."""
    argv = ["git", "log", f"--since={RULE_DATE}", "--no-merges", "--format=%s"]
    done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=False)
    subjects = sorted(done.stdout.splitlines(), key=len)
    if not subjects:
        return Measured((0, 0))
    too_long = [subject for subject in subjects if len(subject) > 60]
    return Measured((median(map(len, subjects)), len(subjects[-1])), too_long)


FIGURES = (
    Figure("class-names", "class names used for several things", "24", (0,), class_names),
    Figure("module-names", "module names in three or more folders", "17", (0,), module_names),
    Figure("import-circles", "import circles", "2", (0,), import_circles),
    Figure("types", "lines that mypy does not check", "39 %", (0,), unchecked_types),
    Figure("conditionals", "conditional expressions per 1,000 lines", "29", (12,), partial(per_thousand, ast.IfExp)),
    Figure("comprehensions", "comprehensions per 1,000 lines", "30", (12,), partial(per_thousand, *COMPREHENSIONS)),
    Figure("nested-conditionals", "nested conditional expressions", "", (0,), nested_conditionals),
    Figure("double-comprehensions", "comprehensions with two `for`", "", (0,), double_comprehensions),
    Figure("lines", "lines over 100 characters in percent / over 120", "9.3", (3, 0), long_lines),
    Figure("functions", "lines of functions: median / 90 % / longest", "6 / 16 / 45", (8, 20, 50), function_lengths),
    Figure("modules", "modules over 300 lines", "", (0,), module_lengths),
    Figure("test-names", "names of tests with more than ten words", "833", (0,), test_names),
    Figure("noqa", "rules of ruff switched off for a file", "", (), noqa_headers),
    Figure("xcom", "places that push an XCom / modules with such places", "22 / 12", (), xcom_keys),
    Figure("commits", "commit subjects: median / longest", "70 / 154", (60, 60), commit_subjects),
)


def table() -> str:
    """The figures as a Markdown table."""
    rows = ["| measured | 2026-11-30 | target | reached | command |", "|---|---|---|---|---|"]
    for figure in FIGURES:
        goal = f"≤ {' / '.join(map(str, figure.goal))}" if any(figure.goal) else " / ".join(map(str, figure.goal))
        mark = f" {REACHED}" if figure.goal and figure.is_reached() else ""
        command = f"`python tests/architecture/shape.py {figure.name}`"
        rows.append(f"| {figure.title} | {figure.before} | {goal} | {figure.measure()}{mark} | {command} |")
    return "\n".join(rows) + "\n"


def main() -> None:
    """Print figures, or write them into the page."""
    parser = argparse.ArgumentParser(description="Measure the shape of the package.")
    names = [figure.name for figure in FIGURES]
    parser.add_argument("name", nargs="?", choices=names, help="print this figure and its places")
    parser.add_argument("--page", type=Path, help="write the table into this page")
    args = parser.parse_args()
    if args.page:
        args.page.write_text(TABLE.sub(lambda _: table(), args.page.read_text(), count=1))
    elif args.name:
        measured = next(figure for figure in FIGURES if figure.name == args.name).measure()
        print(measured, *measured.places, sep="\n")
    else:
        print(table(), end="")


if __name__ == "__main__":
    main()
