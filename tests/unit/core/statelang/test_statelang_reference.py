"""The reference page of the state language names all that the code knows; its tables are made from the code.

``UPDATE_GOLDEN=1`` writes the tables anew.
"""

from __future__ import annotations

import os
import random
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from airflow_provider_media.core.statelang import limits
from airflow_provider_media.core.statelang.dialects import DIALECTS, Dialect
from airflow_provider_media.core.statelang.expressions.choice.operators import NAMES, WITH_PATH
from airflow_provider_media.core.statelang.expressions.intrinsics import FUNCTIONS
from airflow_provider_media.core.statelang.expressions.jsonata.functions import functions
from airflow_provider_media.core.statelang.validation import schema
from airflow_provider_media.core.statelang.validation.rules import KNOWN_ERRORS

PAGE = Path(__file__).parents[4] / "docs" / "reference" / "state-language.md"
MARKS = {schema.BOTH: "✓", schema.PATH: "P", schema.JSONATA: "A"}
OBJECTS = {
    "machine": schema.MACHINE,
    "`ProcessorConfig`": schema.PROCESSOR,
    "`Retry`": schema.RETRIER,
    "`Catch`": schema.CATCHER,
    "`Choices`": schema.RULE,
    "`ItemReader`": schema.READER,
    "`ReaderConfig`": schema.READER_CONFIG,
    "`ItemBatcher`": schema.BATCHER,
    "`ResultWriter`": schema.WRITER,
    "`WriterConfig`": schema.WRITER_CONFIG,
}


def states() -> str:
    """A line for each field, a column for each type of state."""
    fields = sorted(
        {name for table in schema.STATES.values() for name in table if not _stands_for_another(table, name)}
    )
    head = ["| field |" + "".join(f" {kind} |" for kind in schema.STATES), "|---|" + ":-:|" * len(schema.STATES)]
    rows = [f"| `{name}` |" + "".join(_cell(table, name) for table in schema.STATES.values()) for name in fields]
    return "\n".join(head + rows)


def _stands_for_another(table: dict[str, schema.Field], name: str) -> bool:
    """Whether a path stands for the value of the field without ``Path``; those of the data flow do not."""
    plain = table.get(name.removesuffix("Path"))
    return name.endswith("Path") and plain is not None and plain.language == schema.BOTH


def _cell(table: dict[str, schema.Field], name: str) -> str:
    if name not in table:
        return " |"
    path = " …Path" if f"{name}Path" in table and _stands_for_another(table, f"{name}Path") else ""
    return f" {MARKS[table[name].language]}{path} |"


def objects() -> str:
    """A line for each object inside a definition."""
    rows = [f"| {title} | {', '.join(_named(table, name) for name in table)} |" for title, table in OBJECTS.items()]
    return "\n".join(["| object | fields |", "|---|---|", *rows])


def _named(table: dict[str, schema.Field], name: str) -> str:
    language = table[name].language
    return f"`{name}`" + ("" if language == schema.BOTH else f" ({MARKS[language]})")


def operators() -> str:
    """All operators, by what they compare."""
    kinds = ["String", "Numeric", "Boolean", "Timestamp", "Is"]
    rows = [f"| {', '.join(_operator(name) for name in sorted(NAMES) if name.startswith(kind))} |" for kind in kinds]
    return "\n".join(["| operators |", "|---|", *rows])


def _operator(name: str) -> str:
    return f"`{name}`" + (" (Path)" if name in WITH_PATH else "")


def dialects() -> str:
    """A line for each dialect, with everything in which it differs from the language."""
    rows = [
        f"| `{one.name}` | {one.title} | {_ticked(f'{prefix}…' for prefix in one.resource_prefixes)} |"
        f" {_spellings(one)} | {_ticked(one.operators or [])} | {one.max_concurrency or ''} | {_pairs(one.statuses)} |"
        for one in DIALECTS
    ]
    return "\n".join(
        [
            "| name | dialect | resources | fields | operators | `MaxConcurrency` | statuses |",
            "|---|---|---|---|---|---|---|",
            *rows,
        ]
    )


def _spellings(one: Dialect) -> str:
    more = [f"`{name}` of {kind}" for kind, names in one.more_fields.items() for name in names]
    return ", ".join([*more, *(f"`{theirs}` for `{name}`" for theirs, name in one.spellings.items())])


def _pairs(texts: Mapping[str, str]) -> str:
    return ", ".join(f"`{theirs}` for `{ours}`" for ours, theirs in texts.items())


def _ticked(texts: Iterable[str]) -> str:
    return ", ".join(f"`{text}`" for text in sorted(texts))


TABLES = {"states": states, "objects": objects, "operators": operators, "dialects": dialects}


def block(name: str) -> re.Pattern[str]:
    return re.compile(rf"<!-- generated: {name} -->\n.*?\n<!-- end -->", re.DOTALL)


@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_what_the_code_says(name):
    made = f"<!-- generated: {name} -->\n{TABLES[name]()}\n<!-- end -->"
    if os.environ.get("UPDATE_GOLDEN"):
        PAGE.write_text(block(name).sub(lambda _: made, PAGE.read_text()))
    found = block(name).search(PAGE.read_text())
    assert found
    assert found.group() == made


def section(title: str) -> str:
    """The text under a heading."""
    return PAGE.read_text().partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def test_every_intrinsic_function_is_there_and_no_other():
    assert set(re.findall(r"`(\w+)\(", section("Intrinsic functions"))) == FUNCTIONS.keys()


def test_every_function_added_to_jsonata_is_there():
    added = {name.replace("parsed", "parse") for name in functions(random.Random())}
    assert set(re.findall(r"`\$(\w+)\(", section("Data flow"))) == added


def test_every_predefined_error_is_there_and_no_other():
    named = set(re.findall(r"^\| `(States\.[\w.]+)`", section("Errors"), re.MULTILINE))
    assert named == KNOWN_ERRORS


def test_every_limit_is_there():
    text = section("Limits").replace(",", "")
    for name in (
        "PAYLOAD_BYTES",
        "HISTORY_EVENTS",
        "EXPRESS_SECONDS",
        "WAIT_SECONDS",
        "NAME_CHARACTERS",
        "LABEL_CHARACTERS",
        "SECONDS",
    ):
        assert re.search(rf"\b{getattr(limits, name)}\b", text), name
