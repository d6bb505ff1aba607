"""The page of the public Python API, made from the modules that ``get_provider_info`` lists and from their
``__all__``.
"""

from __future__ import annotations

import ast
import inspect
import re
import sys
import textwrap
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from itertools import chain
from pathlib import Path
from typing import Any

from airflow_provider_media.get_provider_info import PACKAGE, get_provider_info
from airflow_provider_media.markdown import table

HEAD = """\
<!-- Made by `python -m airflow_provider_media.python_reference docs/reference/python-api.md`;
a test holds it to the code. -->

# Python API

What this page names is public: names, parameters and meanings stay the same until the next major version. Everything
else in the package is internal, and may change in any version.
"""
KINDS = ("operators", "sensors", "hooks", "triggers")
_PARAMETER = re.compile(r"^:param (\w+):((?:.*\n?)(?:[ \t]+.*\n?)*)", re.MULTILINE)
_FIELDS = re.compile(r"^:", re.MULTILINE)
_ROLE = re.compile(r":\w+:`([^`]+)`")
_MODULE = re.compile(r"\b(?:\w+\.)+(?=\w)")


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentedParameter:
    """One parameter of a public class or function."""

    name: str
    type: str
    default: str
    """As Python writes it; empty for a parameter that must be given."""
    meaning: str


def public_modules() -> tuple[str, ...]:
    """Return the modules whose ``__all__`` is the public API."""
    info = get_provider_info()
    groups = chain.from_iterable(info[kind] for kind in KINDS)
    listed = chain.from_iterable(group["python-modules"] for group in groups)
    notifiers = (name.rpartition(".")[0] for name in info["notifications"])
    return (*listed, *notifiers, f"{PACKAGE}.factory")


def reference() -> str:
    """Return the page in Markdown."""
    folders: dict[str, list[str]] = {}
    for module in public_modules():
        folders.setdefault(module.removeprefix(f"{PACKAGE}.").partition(".")[0], []).append(module)
    sections = (_section(folder, modules) for folder, modules in folders.items())
    return "\n".join([HEAD, *chain.from_iterable(sections)]).rstrip() + "\n"


def _section(folder: str, modules: list[str]) -> Iterator[str]:
    yield f"## {folder.capitalize()}\n"
    for module in modules:
        for name in import_module(module).__all__:
            yield from _entry(module, name)


def _entry(module: str, name: str) -> Iterator[str]:
    thing = getattr(import_module(module), name)
    yield f"### {name}\n\n```python\nfrom {module} import {name}\n```\n\n{_description(thing)}\n"
    rows = [(f"`{each.name}`", f"`{each.type}`", _default(each), each.meaning) for each in parameters(thing)]
    if rows:
        yield table(("parameter", "type", "default", "meaning"), rows)
    if airflow_base(thing):
        yield f"It also takes the arguments of Airflow's `{airflow_base(thing)}`.\n"


def _default(parameter: DocumentedParameter) -> str:
    return f"`{parameter.default}`" if parameter.default else "required"


def _description(thing: Any) -> str:
    """Return the part of a docstring before its fields, in Markdown."""
    text = _FIELDS.split(inspect.getdoc(thing) or "", maxsplit=1)[0].strip()
    return _ROLE.sub(r"`\1`", text).replace("``", "`")


def parameters(thing: Any) -> list[DocumentedParameter]:
    """Return the parameters of a class or function, those of its own base classes included.

    A parameter that a class gives to its base class itself is left out.
    """
    if not inspect.isclass(thing):
        return list(_parameters(thing, inspect.getdoc(thing) or ""))
    found: dict[str, DocumentedParameter] = {}
    given: set[str] = set()
    for cls in _own_classes(thing):
        documented = _parameters(cls.__init__, inspect.cleandoc(cls.__doc__ or ""))
        found |= {each.name: each for each in documented if each.name not in given | found.keys()}
        given |= _given(cls.__init__)
    return sorted(found.values(), key=lambda each: bool(each.default))


def airflow_base(thing: Any) -> str:
    """Return the name of the class of Airflow's whose arguments a class takes, too; an empty text for none."""
    if not inspect.isclass(thing):
        return ""
    takes_more = all("kwargs" in inspect.signature(cls.__init__).parameters for cls in _own_classes(thing))
    return next(cls.__name__ for cls in thing.__mro__ if not cls.__module__.startswith(PACKAGE)) if takes_more else ""


def _own_classes(thing: type) -> list[Any]:
    return [cls for cls in thing.__mro__ if cls.__module__.startswith(PACKAGE) and "__init__" in vars(cls)]


def _parameters(function: Callable[..., Any], documentation: str) -> Iterator[DocumentedParameter]:
    meanings: Mapping[str, str] = dict(_PARAMETER.findall(documentation))
    for each in inspect.signature(function, eval_str=True).parameters.values():
        if each.name != "self" and each.kind is not each.VAR_KEYWORD:
            yield DocumentedParameter(
                name=each.name,
                type=_MODULE.sub("", inspect.formatannotation(each.annotation)),
                default=_as_written(each.default),
                meaning=meanings.get(each.name, "").strip(),
            )


def _as_written(default: Any) -> str:
    if default is inspect.Parameter.empty:
        return ""
    return str(default.__name__) if inspect.isfunction(default) else repr(default)


def _given(function: Callable[..., Any]) -> set[str]:
    """Return the names of the arguments that a function gives to the functions it calls."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    keywords = chain.from_iterable(call.keywords for call in calls)
    return {keyword.arg for keyword in keywords if keyword.arg}


if __name__ == "__main__":
    # Write to a file: Airflow's own warnings go to standard output.
    Path(sys.argv[1]).write_text(reference(), encoding="utf-8")
