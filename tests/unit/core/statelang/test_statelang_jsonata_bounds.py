"""An expression ends within its bounds of time and memory, and ends as a query error."""

from __future__ import annotations

import datetime as dt
import itertools
import subprocess
import sys
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace

import pytest

from airflow_provider_media.core.statelang.expressions.jsonata import bounds, engines
from airflow_provider_media.core.statelang.expressions.jsonata.engines import (
    EvaluationFailed,
    FastProgram,
    Program,
    PureProgram,
    compile_program,
)
from tests.threads import heartbeat_gaps

ROOT = Path(__file__).parents[4]
ENGINES = [
    PureProgram,
    pytest.param(FastProgram, marks=pytest.mark.skipif(not find_spec("jlens"), reason="jlens is not installed")),
]
NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
COSTLY = {
    "range": "[1..9999999]",
    "ranges": "$map([1..1000], function($i){ [1..100000] })",
    "pad": "$pad('x', 1000000000)",
    "concat": "($f := function($s, $n){ $n = 0 ? $s : $f($s & $s, $n - 1) }; $f('x', 60))",
    "append": "($f := function($s, $n){ $n = 0 ? $s : $f($append($s, $s), $n - 1) }; $f([1, 2], 60))",
    "shared": "($f := function($s, $n){ $n = 0 ? $s : $f([$s, $s], $n - 1) }; $string($f([1, 2], 60)))",
    "join": "($t := $pad('', 100000, 'x'); $join($map([1..100000], function($i){ $t })))",
    "replace": "($t := $pad('', 200000, 'x'); $replace($t, 'x', $t))",
    "appended": "($big := [1..100000]; $map([1..5000], function($i){ $append($big, $i) }))",
    "lists": (
        "($f := function($s, $n){ $n = 0 ? $s : $f([$s, $s], $n - 1) }; $f($states.input.items.($states.input.items),"
        " 20))"
    ),
    "regex": "$contains($pad('', 200000, 'a'), /a*a*a*a*a*b/) or $error('linear')",
    "regex literal": "$match($pad('', 20000, 'a') & '!', /^(a+)+$/)[0].index + $error('linear')",
    "endless": "($f := function($n){ $f($n + 1) }; $f(1))",
    "stack": "($f := function($n){ 1 + $f($n + 1) }; $f(1))",
}
ITEMS, CHARACTERS = "more than 262144 items", "longer than 1048576 characters"
MEMORY, DEPTH, ITS_OWN_ERROR = "needs too much memory", "D1011", "D3137: linear"
ENDS = {
    "range": ITEMS,
    "ranges": MEMORY,
    "pad": f"{CHARACTERS}|D2016",  # jlens has a limit of its own
    "concat": CHARACTERS,
    "append": ITEMS,
    "shared": ITEMS,
    "join": MEMORY,
    "replace": CHARACTERS,
    "appended": MEMORY,
    "lists": MEMORY,
    "regex": ITS_OWN_ERROR,
    "regex literal": ITS_OWN_ERROR,
    "endless": "D1012: Evaluation timeout after 5000 milliseconds",
    "stack": DEPTH,
}
"""What ends each costly expression where a part of it takes a millisecond."""
MEGABYTES = """
import sys
from datetime import datetime, UTC
from airflow_provider_media.core.statelang.expressions.jsonata import engines
from airflow_provider_media.core.statelang.expressions.jsonata.engines import EvaluationFailed
from tests.memory import own_peak_mib
Engine = engines.PureProgram if sys.argv[2] == 'PureProgram' else engines.compile_program
Engine("1").run({}, now=datetime.now(UTC), source=None)
before = own_peak_mib()
try:
    Engine(sys.argv[1]).run({'states': {'input': {'items': [1] * 5000}}}, now=datetime.now(UTC), source=None)
except EvaluationFailed:
    pass
print(int(own_peak_mib() - before))
"""


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", COSTLY)
def test_jsonata_costly_expression_ends_as_failure_in_time(
    name: str, engine: type[Program], monkeypatch: pytest.MonkeyPatch
) -> None:
    passed = itertools.count()
    monkeypatch.setattr(bounds, "time", SimpleNamespace(monotonic=lambda: next(passed) / 1000))
    program = compile_program(COSTLY[name]) if engine is FastProgram else engine(COSTLY[name])
    with pytest.raises(EvaluationFailed, match=ENDS[name]):
        program.run({"states": {"input": {"items": [1] * 5000}}}, now=NOW, source=None)
    assert next(passed) <= 5002  # readings of the clock: at the beginning, and before each part that its time allows


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", ["ranges", "appended", "lists"])
def test_jsonata_costly_expression_keeps_memory_under_300_megabytes(name: str, engine: type[Program]) -> None:
    argv = [sys.executable, "-c", MEGABYTES, COSTLY[name], engine.__name__]
    done = subprocess.run(argv, capture_output=True, text=True, check=True, cwd=ROOT)
    assert int(done.stdout) < 300


@pytest.mark.parametrize("engine", ENGINES)
def test_jsonata_endless_expression_lets_other_threads_run(
    engine: type[Program], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "SECONDS", 1)
    with heartbeat_gaps() as gaps, pytest.raises(EvaluationFailed):
        engine(COSTLY["endless"]).run({"states": {"input": {}}}, now=NOW, source=None)
    assert gaps
    assert max(gaps) < 0.2


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("value", [{"n": 10**400}, {"n": float("nan")}, {"n": float("inf")}])
def test_jsonata_numbers_out_of_range_end_as_failure_or_value(value: object, engine: type[Program]) -> None:
    with suppress(EvaluationFailed):
        engine("$states.input.n + 1").run({"states": {"input": value}}, now=NOW, source=None)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("$pad('a', -3, '0')", "00a"),
        ("'a' ~> $pad(2)", "a "),
        ("$string({'a': [1, null]})", '{"a":[1,null]}'),
        ("[1, 5].$string()", ["1", "5"]),
        ("$join(['a', 'b'], '-')", "a-b"),
        ("$replace('a-b-c', '-', '+', 1)", "a+b-c"),
        ("$replace('John Smith', /(\\w+) (\\w+)/, '$2 $1')", "Smith John"),
        ("$sum([1..200000])", 20_000_100_000),
        ("1 & 'a' & [1]", "1a[1]"),
    ],
)
def test_jsonata_bounded_functions_answer_as_before(source: str, expected: object, engine: type[Program]) -> None:
    assert engine(source).run({}, now=NOW, source=None) == expected
