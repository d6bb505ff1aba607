"""Checks of objects against a table of fields, and of the templates inside objects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from airflow_provider_media.core.statelang.expressions.flow import TemplateUnreadable, template
from airflow_provider_media.core.statelang.expressions.flow.template import DYNAMIC
from airflow_provider_media.core.statelang.validation import value_checks
from airflow_provider_media.core.statelang.validation.report import DUPLICATE_FIELD, Report, meant
from airflow_provider_media.core.statelang.validation.schema import BOTH, JSONATA, PATH, Field


def check_object(report: Report, value: Any, location: str, table: Mapping[str, Field], *, jsonata: bool) -> bool:
    """Check an object's fields, and return whether the value is an object."""
    if not isinstance(value, Mapping):
        report.error(location, "Must be an object")
        return False
    for name, item in value.items():
        place = f"{location}/{name}"
        field = table.get(name)
        if field is None:
            allowed = sorted(each for each in table if _is_in(table[each], jsonata=jsonata))
            report.error(place, f"Field is not supported{meant(name, allowed)} Allowed here: {', '.join(allowed)}")
        elif not _is_in(field, jsonata=jsonata):
            report.error(place, f"The field '{name}' is only available with QueryLanguage {field.language}")
        else:
            _check_field(report, field, item, place, jsonata=jsonata)
    return True


def _is_in(field: Field, *, jsonata: bool) -> bool:
    """Return whether the query language has the field."""
    return field.language in {BOTH, JSONATA if jsonata else PATH}


def _check_field(report: Report, field: Field, value: Any, location: str, *, jsonata: bool) -> None:
    problem = field.problem(value, jsonata=jsonata)
    if problem is not None:
        report.error(location, problem)
    elif field.template:
        check_template(report, value, location, jsonata=jsonata)


def check_template(report: Report, value: Any, location: str, *, jsonata: bool) -> None:
    """Check every path, intrinsic call and expression inside a template."""
    if isinstance(value, list):
        for number, item in enumerate(value):
            check_template(report, item, f"{location}/{number}", jsonata=jsonata)
    elif isinstance(value, Mapping):
        for name, item in value.items():
            _check_entry(report, value, name, item, f"{location}/{name}", jsonata=jsonata)
    elif jsonata and (problem := value_checks.expression(value)):
        report.error(location, problem)


def _check_entry(
    report: Report, whole: Mapping[str, Any], name: str, item: Any, location: str, *, jsonata: bool
) -> None:
    if jsonata or not name.endswith(DYNAMIC):
        check_template(report, item, location, jsonata=jsonata)
        return
    if name.removesuffix(DYNAMIC) in whole:
        message = f'A duplicate field will exist after renaming to strip the ".$" suffix from: {name}'
        report.error(location, message, DUPLICATE_FIELD)
    if value_checks.is_placeholder(item):
        return
    try:
        template({name: item}, jsonata_language=False)
    except TemplateUnreadable as error:
        report.error(location, error.message, error.code)
