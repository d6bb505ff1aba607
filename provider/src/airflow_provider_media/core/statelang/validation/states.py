"""Checks of one state: its fields, and the rules of its type."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from airflow_provider_media.core.statelang.definition.states.task import Resource
from airflow_provider_media.core.statelang.jsontext import is_number
from airflow_provider_media.core.statelang.validation import schema
from airflow_provider_media.core.statelang.validation.objects import check_object
from airflow_provider_media.core.statelang.validation.report import Report
from airflow_provider_media.core.statelang.validation.rules import check_catch, check_choices, check_retry

_GOING_ON = frozenset({"Pass", "Task", "Wait", "Parallel", "Map"})
_WAITS = ("Seconds", "SecondsPath", "Timestamp", "TimestampPath")


def check_state(report: Report, state: Any, location: str) -> None:
    """Check one state except its transition targets and its inner machines.

    :param state: the state, its fields under the names of the Amazon States Language.
    """
    if not isinstance(state, Mapping):
        report.error(location, "A state must be an object")
        return
    if not report.require(state, location, "Type"):
        return
    kind = state["Type"]
    table = schema.STATES.get(kind) if isinstance(kind, str) else None
    if table is None:
        report.error(f"{location}/Type", f"Type must be one of {', '.join(schema.STATES)} but was: {kind!r}")
        return
    jsonata = language_is_jsonata(report, state, location)
    table = table | {name: schema.OF_ANY_STATE[name] for name in report.dialect.more_fields.get(kind, ())}
    check_object(report, state, location, table, jsonata=jsonata)
    if kind in _GOING_ON:
        _check_ending(report, state, location)
    check_retry(report, state, location)
    check_catch(report, state, location, jsonata=jsonata)
    check = _CHECKS.get(kind)
    if check is not None:
        check(report, state, location, jsonata)


def language_is_jsonata(report: Report, state: Mapping[str, Any], location: str) -> bool:
    """Return whether a state uses JSONata. A JSONPath machine may have JSONata states, but not the reverse."""
    language = state.get("QueryLanguage")
    if report.jsonata and language == "JSONPath":
        report.error(location, "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine")
    return report.jsonata if language is None else language == "JSONata"


def _check_ending(report: Report, state: Mapping[str, Any], location: str) -> None:
    ends = state.get("End") is True
    if ends and "Next" in state:
        report.error(location, "At most one of End and Next is allowed", "TERMINAL_STATE_WITH_NEXT")
    elif not ends and "Next" not in state:
        report.error(location, "One of End and Next is required")


def _task(report: Report, state: Mapping[str, Any], location: str, _jsonata: bool) -> None:
    report.require(state, location, "Resource")
    report.exclusive(state, location, "TASK_TIMEOUT", "TimeoutSeconds", "TimeoutSecondsPath")
    report.exclusive(state, location, "TASK_HEARTBEAT", "HeartbeatSeconds", "HeartbeatSecondsPath")
    timeout, heartbeat = state.get("TimeoutSeconds"), state.get("HeartbeatSeconds")
    if is_number(timeout) and is_number(heartbeat) and heartbeat >= timeout:
        report.error(
            f"{location}/HeartbeatSeconds",
            f"HeartbeatSeconds must be less than TimeoutSeconds, {timeout}, but was: {heartbeat}",
        )
    if report.express and isinstance(state.get("Resource"), str):
        _check_express(report, Resource(state["Resource"]), f"{location}/Resource")


def _check_express(report: Report, resource: Resource, location: str) -> None:
    if resource.pattern:
        report.error(location, f"Express state machine does not support '{resource.pattern}' service integration ")
    elif resource.family == "activity":
        report.error(location, "Express state machine does not support activities")


def _wait(report: Report, state: Mapping[str, Any], location: str, _jsonata: bool) -> None:
    given = [name for name in _WAITS if name in state]
    if len(given) != 1:
        report.error(
            location,
            f"Exactly one of {', '.join(_WAITS)} is required but there are: {', '.join(given) or 'none'}",
            "WAIT_DURATION",
        )


def _fail(report: Report, state: Mapping[str, Any], location: str, _jsonata: bool) -> None:
    report.exclusive(state, location, "FAIL_ERROR_PROPERTY", "Error", "ErrorPath")
    report.exclusive(state, location, "FAIL_CAUSE_PROPERTY", "Cause", "CausePath")


def _choice(report: Report, state: Mapping[str, Any], location: str, jsonata: bool) -> None:
    if report.require(state, location, "Choices"):
        check_choices(report, state["Choices"], f"{location}/Choices", jsonata=jsonata)


def _parallel(report: Report, state: Mapping[str, Any], location: str, _jsonata: bool) -> None:
    if report.require(state, location, "Branches") and state["Branches"] == []:
        report.error(f"{location}/Branches", "Branches must hold at least one branch")


def _map(report: Report, state: Mapping[str, Any], location: str, jsonata: bool) -> None:
    if ("Iterator" in state) == ("ItemProcessor" in state):
        report.error(location, "Exactly one of ItemProcessor, Iterator is required", "MAP_ITEM_PROCESSOR")
    for name in ("ToleratedFailureCount", "ToleratedFailurePercentage"):
        report.exclusive(state, location, "MAP_TOLERATED_FAILURE", name, f"{name}Path")
    report.exclusive(state, location, "MAP_MAX_CONCURRENCY", "MaxConcurrency", "MaxConcurrencyPath")
    report.exclusive(state, location, "MAP_ITEM_SELECTOR", "ItemSelector", "Parameters")
    _reader(report, state, location, jsonata)
    _batcher(report, state, location, jsonata)
    _writer(report, state, location, jsonata)


def _reader(report: Report, state: Mapping[str, Any], location: str, jsonata: bool) -> None:
    place = f"{location}/ItemReader"
    if "ItemReader" not in state or not check_object(
        report, state["ItemReader"], place, schema.READER, jsonata=jsonata
    ):
        return
    report.require(state["ItemReader"], place, "Resource")
    config = state["ItemReader"].get("ReaderConfig", {})
    if check_object(report, config, f"{place}/ReaderConfig", schema.READER_CONFIG, jsonata=jsonata):
        report.exclusive(config, f"{place}/ReaderConfig", "MAP_ITEMREADER_MAXITEM", "MaxItems", "MaxItemsPath")
        if config.get("CSVHeaderLocation") == "GIVEN":
            report.require(config, f"{place}/ReaderConfig", "CSVHeaders")


def _batcher(report: Report, state: Mapping[str, Any], location: str, jsonata: bool) -> None:
    place = f"{location}/ItemBatcher"
    if "ItemBatcher" in state and check_object(report, state["ItemBatcher"], place, schema.BATCHER, jsonata=jsonata):
        for name in ("MaxItemsPerBatch", "MaxInputBytesPerBatch"):
            report.exclusive(state["ItemBatcher"], place, "MAP_ITEM_BATCHER", name, f"{name}Path")


def _writer(report: Report, state: Mapping[str, Any], location: str, jsonata: bool) -> None:
    place = f"{location}/ResultWriter"
    if "ResultWriter" not in state or not check_object(
        report, state["ResultWriter"], place, schema.WRITER, jsonata=jsonata
    ):
        return
    config = state["ResultWriter"].get("WriterConfig")
    if config is not None and check_object(
        report, config, f"{place}/WriterConfig", schema.WRITER_CONFIG, jsonata=jsonata
    ):
        report.require(config, f"{place}/WriterConfig", "OutputType")


_CHECKS: dict[str, Callable[[Report, Mapping[str, Any], str, bool], None]] = {
    "Task": _task,
    "Wait": _wait,
    "Fail": _fail,
    "Choice": _choice,
    "Parallel": _parallel,
    "Map": _map,
}
