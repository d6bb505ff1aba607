"""An expression in jsonata-python ends within its bounds of time and memory, and ends as a query error."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
import time

import pytest

from airflow_provider_media.core.statelang.jsonata.engines import EvaluationFailed, PureProgram

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
    "endless": "($f := function($n){ $f($n + 1) }; $f(1))",
    "stack": "($f := function($n){ 1 + $f($n + 1) }; $f(1))",
}
MEGABYTES = """
import resource, sys
from datetime import datetime, UTC
from airflow_provider_media.core.statelang.jsonata.engines import EvaluationFailed, PureProgram
PureProgram("1").run({}, now=datetime.now(UTC), source=None)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    PureProgram(sys.argv[1]).run({}, now=datetime.now(UTC), source=None)
except EvaluationFailed:
    pass
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


@pytest.mark.parametrize("name", COSTLY)
def test_jsonata_costly_expression_ends_as_failure_in_time(name: str) -> None:
    began = time.monotonic()
    with pytest.raises(EvaluationFailed):
        PureProgram(COSTLY[name]).run({}, now=NOW, source=None)
    assert time.monotonic() - began < 8


@pytest.mark.parametrize("name", ["ranges", "append", "appended", "join"])
def test_jsonata_costly_expression_keeps_memory_under_300_megabytes(name: str) -> None:
    done = subprocess.run([sys.executable, "-c", MEGABYTES, COSTLY[name]], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 300


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
def test_jsonata_bounded_functions_answer_as_before(source: str, expected: object) -> None:
    assert PureProgram(source).run({}, now=NOW, source=None) == expected
