"""The table of output kinds, and kinds of other distributions."""

from importlib.metadata import EntryPoint
from typing import Literal

import pytest

from airflow_provider_media.core.entry_points import rows_by_name
from airflow_provider_media.core.errors import ConfigurationError
from airflow_provider_media.core.outputs import OutputSpec
from airflow_provider_media.core.planning.output_kind import OutputKind
from airflow_provider_media.core.planning.output_kinds import ENTRY_POINT_GROUP, OUTPUT_KINDS, kind_of
from airflow_provider_media.core.planning.output_plan import OutputPlan


class Nothing(OutputSpec):
    """An output of nothing."""

    kind: Literal["nothing"] = "nothing"


class SecondSprites(OutputSpec):
    """An output with a name that is taken."""

    kind: Literal["sprites"] = "sprites"


def plan_nothing(output, spec):
    return OutputPlan(output=output.name, required=spec.required)


NOTHING = OutputKind(spec=Nothing, plan=plan_nothing)
SECOND_SPRITES = OutputKind(spec=SecondSprites, plan=plan_nothing)


def entry(name):
    return EntryPoint(name=name.lower(), value=f"{__name__}:{name}", group=ENTRY_POINT_GROUP)


@pytest.fixture(autouse=True)
def _importable(monkeypatch):
    """Entry points import this module by its name."""
    import sys

    monkeypatch.setitem(
        sys.modules, __name__, sys.modules.get(__name__) or __import__("types").SimpleNamespace(**globals())
    )


def test_kind_of_an_entry_point_follows_the_own_kinds():
    assert list(rows_by_name(OUTPUT_KINDS, [entry("NOTHING")], OutputKind))[-2:] == ["probe_report", "nothing"]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "MISSING",
            r"missing = .*:MISSING \(airflow_provider_media.outputs\) .* cannot be loaded: AttributeError",
        ),
        ("plan_nothing", "must name a OutputKind but names a function"),
        ("SECOND_SPRITES", "adds the name 'sprites', which exists already"),
    ],
)
def test_entry_point_that_adds_no_new_kind_is_named(name, message):
    with pytest.raises(ConfigurationError, match=message):
        rows_by_name(OUTPUT_KINDS, [entry(name)], OutputKind)


def test_every_kind_is_found_by_its_spec():
    assert [kind_of(kind.spec.model_construct()) for kind in OUTPUT_KINDS] == list(OUTPUT_KINDS)


def test_every_kind_says_in_a_sentence_what_it_makes():
    assert [kind.name for kind in OUTPUT_KINDS if not (kind.spec.__doc__ or "").strip()] == []
