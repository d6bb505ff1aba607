"""The reference page of the errors, made from their classes.

``python -m airflow_provider_media.api.error_reference docs/reference/errors.md`` writes the page.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path

import airflow_provider_media
from airflow_provider_media.api.error_responses import ANSWERS
from airflow_provider_media.core.errors import MediaError
from airflow_provider_media.markdown import table

PACKAGE = Path(airflow_provider_media.__file__).parent
HEAD = """\
<!-- Made by `python -m airflow_provider_media.api.error_reference docs/reference/errors.md`;
a test holds it to the classes. -->

# Errors

Every error that this package raises on purpose has a code. Codes are stable: callers, tests and dashboards
compare them.

- **HTTP status** is the status of the REST API's response. An error without one ends a task, a command or a delivery.
- **Exit status** is the exit status of `airflow media …`. Success is 0, Ctrl-C is 130.
- **Retry** says whether the same work may succeed later without a change. Tasks consult it before they retry.
- **Meaning** is the default message. Most errors carry a message that names the thing, the value and what is allowed.

The REST API, commands with `--json` and job records show an error as `{"code", "message", "detail"}`.

## Tree
"""
COLUMNS = ("code", "class", "HTTP status", "exit status", "retry", "meaning", "advice")
WIDTH = 42
"""Characters before the code in the tree."""


def error_page() -> str:
    """Return the page in Markdown."""
    classes = error_classes()
    modules: dict[str, list[type[MediaError]]] = defaultdict(list)
    for cls in classes:
        modules[cls.__module__].append(cls)
    tables = [_module(name, members) for name, members in sorted(modules.items())]
    return "\n".join([HEAD, "```", *_tree(MediaError), "```", "", *tables]).rstrip() + "\n"


def error_classes() -> Sequence[type[MediaError]]:
    """Return all error classes of the package, by code.

    The modules named ``errors`` define them.
    """
    for path in sorted(PACKAGE.rglob("errors.py")):
        import_module(".".join((PACKAGE.name, *path.relative_to(PACKAGE).with_suffix("").parts)))
    return sorted(_family(MediaError), key=lambda cls: cls.code)


def _family(cls: type[MediaError]) -> Iterator[type[MediaError]]:
    yield cls
    for child in _children(cls):
        yield from _family(child)


def _children(cls: type[MediaError]) -> Sequence[type[MediaError]]:
    # A test may have defined errors of its own.
    own = (child for child in cls.__subclasses__() if child.__module__.startswith(f"{PACKAGE.name}."))
    return sorted(own, key=lambda child: child.code)


def _tree(cls: type[MediaError], branch: str = "", below: str = "") -> Iterator[str]:
    name = f"{branch}{cls.__name__}"
    yield f"{name:{WIDTH}}{cls.code}"
    children = _children(cls)
    for child in children:
        is_last = child is children[-1]
        yield from _tree(child, below + ("└── " if is_last else "├── "), below + ("    " if is_last else "│   "))


def _module(name: str, members: Sequence[type[MediaError]]) -> str:
    path = name.removeprefix(f"{PACKAGE.name}.").replace(".", "/")
    return f"## `{path}.py`\n\n{table(COLUMNS, map(_cells, members))}"


def _cells(cls: type[MediaError]) -> tuple[str, ...]:
    answer = ANSWERS.get(cls.code)
    status = str(answer.status) if answer else ""
    retry = "yes" if cls.retryable else "no"
    return (f"`{cls.code}`", f"`{cls.__name__}`", status, str(cls.exit_code), retry, meaning(cls), cls.advice)


@cache
def advice_of(code: str) -> str | None:
    """Return what to do after an error, or None for a code that no class of this version has."""
    return next((cls.advice for cls in error_classes() if cls.code == code), None)


def meaning(cls: type[MediaError]) -> str:
    """Return the first line of a class's docstring, which is its default message."""
    return (cls.__doc__ or "").split("\n", 1)[0]


if __name__ == "__main__":
    # Write to a file: Airflow's own warnings go to standard output.
    Path(sys.argv[1]).write_text(error_page(), encoding="utf-8")
