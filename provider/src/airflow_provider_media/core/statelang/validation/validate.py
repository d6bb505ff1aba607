"""``validate``: all findings about a definition."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from airflow_provider_media.core.diagnostics import Diagnostic
from airflow_provider_media.core.statelang.dialects import dialect_of, find_dialect
from airflow_provider_media.core.statelang.validation.bounds import NotJson, beyond_bounds, read_definition
from airflow_provider_media.core.statelang.validation.machine import check_machine
from airflow_provider_media.core.statelang.validation.report import Report

NOT_AN_OBJECT = "Definition must be a valid JSON object"


def validate(
    definition: Mapping[str, Any] | str, *, express: bool = False, dialect: str | None = None
) -> list[Diagnostic]:
    """Return all findings about a state machine. The machine is valid when no finding is an error.

    :param definition: the definition as a JSON object, or its text.
    :param express: whether the machine is to run as an express machine, which supports neither ``.sync`` nor callbacks.
    :param dialect: name of the dialect, such as ``asl`` or ``tcsl``; detected from the definition when absent.
    """
    if isinstance(definition, str):
        return _validate_text(definition, express=express, dialect=dialect)
    if beyond := beyond_bounds(definition):
        return beyond
    language = definition.get("QueryLanguage") if isinstance(definition, Mapping) else None
    own = find_dialect(dialect) if dialect else dialect_of(definition)
    report = Report(express=express, dialect=own, jsonata=language == "JSONata")
    if isinstance(definition, Mapping):
        check_machine(report, definition, "")
    else:
        report.error("/", NOT_AN_OBJECT)
    return report.found


def _validate_text(text: str, *, express: bool, dialect: str | None) -> list[Diagnostic]:
    report = Report()
    if not text.strip():
        report.error("/", NOT_AN_OBJECT)
        return report.found
    try:
        value = read_definition(text)
    except NotJson as refused:
        return refused.found
    if not isinstance(value, dict):
        report.error("/", NOT_AN_OBJECT)
        return report.found
    return validate(value, express=express, dialect=dialect)
