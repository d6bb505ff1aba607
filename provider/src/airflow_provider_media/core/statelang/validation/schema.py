"""Tables of fields: the fields of each state and object, their query language and their allowed values."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import Any

from airflow_provider_media.core.statelang.limits import RETRY_DELAY_SECONDS
from airflow_provider_media.core.statelang.validation import value_checks
from airflow_provider_media.core.statelang.validation.value_checks import Check

BOTH, PATH, JSONATA = "both", "JSONPath", "JSONata"
_ANY = value_checks.anything
_OBJECT = value_checks.of_type("object")
_ARRAY = value_checks.of_type("array")
_TEXT = value_checks.of_type("string")


@dataclass(frozen=True, slots=True)
class Field:
    """The allowed values of a field.

    :param check: check of a literal value. A JSONata state may have an expression instead.
    :param language: the query language that has the field, or ``both``.
    :param template: whether the value may contain paths, intrinsic calls or expressions.
    :param fixed: whether the field is part of the machine's structure, where no expression is allowed.
    """

    check: Check
    language: str = BOTH
    template: bool = False
    fixed: bool = False

    def problem(self, value: Any, *, jsonata: bool) -> str | None:
        """Return the problem of a value, or ``None``."""
        return (value_checks.or_expression(self.check) if jsonata and not self.fixed else self.check)(value)


def _seconds(name: str) -> dict[str, Field]:
    return {name: Field(value_checks.integer(1)), f"{name}Path": Field(value_checks.path_to_one, PATH)}


_ALWAYS = {
    "Type": Field(_TEXT, fixed=True),
    "Comment": Field(_TEXT),
    "QueryLanguage": Field(value_checks.one_of("JSONPath", "JSONata"), fixed=True),
}
_FLOWING = {
    "InputPath": Field(value_checks.nullable_path, PATH),
    "OutputPath": Field(value_checks.nullable_path, PATH),
    "Output": Field(_ANY, JSONATA, template=True),
}
_ASSIGNING = {"Assign": Field(value_checks.assignments, template=True)}
_GOING_ON = {"Next": Field(_TEXT, fixed=True), "End": Field(value_checks.of_type("boolean"), fixed=True)}
_RESULT = {"ResultPath": Field(value_checks.result_path, PATH)}
_PARAMETERS = {"Parameters": Field(_ANY, PATH, template=True)}
_SELECTOR = {"ResultSelector": Field(_OBJECT, PATH, template=True)}
_TRYING = {"Retry": Field(_ARRAY, fixed=True), "Catch": Field(_ARRAY, fixed=True)}
_ARGUMENTS = {"Arguments": Field(_OBJECT, JSONATA, template=True)}
_WORKING = _FLOWING | _ASSIGNING | _GOING_ON | _RESULT | _PARAMETERS | _SELECTOR | _TRYING

STATES: dict[str, dict[str, Field]] = {
    "Pass": _ALWAYS | _FLOWING | _ASSIGNING | _GOING_ON | _RESULT | _PARAMETERS | {"Result": Field(_ANY, PATH)},
    "Task": _ALWAYS
    | _WORKING
    | _ARGUMENTS
    | _seconds("TimeoutSeconds")
    | _seconds("HeartbeatSeconds")
    | {"Resource": Field(value_checks.resource), "Credentials": Field(value_checks.credentials, template=True)},
    "Choice": _ALWAYS
    | _FLOWING
    | _ASSIGNING
    | {"Choices": Field(_ARRAY, fixed=True), "Default": Field(_TEXT, fixed=True)},
    "Wait": _ALWAYS
    | _FLOWING
    | _ASSIGNING
    | _GOING_ON
    | {
        "Seconds": Field(value_checks.integer(0)),
        "SecondsPath": Field(value_checks.path_to_one, PATH),
        "Timestamp": Field(value_checks.timestamp),
        "TimestampPath": Field(value_checks.path_to_one, PATH),
    },
    "Succeed": _ALWAYS | _FLOWING,
    "Fail": _ALWAYS
    | {
        "Error": Field(_TEXT),
        "Cause": Field(_TEXT),
        "ErrorPath": Field(value_checks.text_path, PATH),
        "CausePath": Field(value_checks.text_path, PATH),
    },
    "Parallel": _ALWAYS | _WORKING | _ARGUMENTS | {"Branches": Field(_ARRAY, fixed=True)},
    "Map": _ALWAYS
    | _WORKING
    | {
        "Iterator": Field(_OBJECT, fixed=True),
        "ItemProcessor": Field(_OBJECT, fixed=True),
        "ItemsPath": Field(value_checks.path, PATH),
        "Items": Field(value_checks.of_type("array", "object"), JSONATA, template=True),
        "ItemSelector": Field(_ANY, template=True),
        "MaxConcurrency": Field(value_checks.integer(0)),
        "MaxConcurrencyPath": Field(value_checks.path_to_one, PATH),
        "ToleratedFailureCount": Field(value_checks.integer(0)),
        "ToleratedFailureCountPath": Field(value_checks.path_to_one, PATH),
        "ToleratedFailurePercentage": Field(value_checks.number(0, 100)),
        "ToleratedFailurePercentagePath": Field(value_checks.path_to_one, PATH),
        "Label": Field(value_checks.label, fixed=True),
        "ItemReader": Field(_OBJECT, fixed=True),
        "ItemBatcher": Field(_OBJECT, fixed=True),
        "ResultWriter": Field(_OBJECT, fixed=True),
    },
}

OF_ANY_STATE: dict[str, Field] = dict(chain.from_iterable(table.items() for table in STATES.values()))
"""The fields of all types of states. Fields of the same name are equal."""

MACHINE = {
    "Comment": Field(_TEXT),
    "StartAt": Field(_TEXT),
    "States": Field(_OBJECT, fixed=True),
    "Version": Field(_TEXT),
    "TimeoutSeconds": Field(value_checks.integer(1)),
    "QueryLanguage": Field(value_checks.one_of("JSONPath", "JSONata"), fixed=True),
}
INNER_MACHINE = {name: MACHINE[name] for name in ("Comment", "StartAt", "States")} | {
    "ProcessorConfig": Field(_OBJECT, fixed=True)
}
PROCESSOR = {
    "Mode": Field(value_checks.one_of("INLINE", "DISTRIBUTED")),
    "ExecutionType": Field(value_checks.one_of("STANDARD", "EXPRESS")),
}

RETRIER = {
    "Comment": Field(_TEXT),
    "ErrorEquals": Field(_ARRAY, fixed=True),
    "IntervalSeconds": Field(value_checks.integer(1)),
    "MaxAttempts": Field(value_checks.integer(0)),
    "BackoffRate": Field(value_checks.number(1, RETRY_DELAY_SECONDS)),
    "MaxDelaySeconds": Field(value_checks.integer(1, RETRY_DELAY_SECONDS - 1)),
    "JitterStrategy": Field(value_checks.one_of("NONE", "FULL")),
}
CATCHER = {
    "Comment": Field(_TEXT),
    "ErrorEquals": Field(_ARRAY, fixed=True),
    "Next": Field(_TEXT, fixed=True),
    "ResultPath": Field(value_checks.result_path, PATH),
    "Output": Field(_ANY, JSONATA, template=True),
    "Assign": Field(value_checks.assignments, template=True),
}
RULE = {
    "Comment": Field(_TEXT),
    "Next": Field(_TEXT, fixed=True),
    "Assign": Field(value_checks.assignments, template=True),
    "Output": Field(_ANY, JSONATA, template=True),
    "Condition": Field(value_checks.of_type("boolean"), JSONATA),
}

READER = {
    "Resource": Field(value_checks.resource),
    "ReaderConfig": Field(_OBJECT, fixed=True),
    "Parameters": Field(_OBJECT, PATH, template=True),
    "Arguments": Field(_OBJECT, JSONATA, template=True),
}
READER_CONFIG = {
    "InputType": Field(value_checks.one_of("CSV", "JSON", "JSONL", "PARQUET", "MANIFEST")),
    "CSVHeaderLocation": Field(value_checks.one_of("FIRST_ROW", "GIVEN")),
    "CSVHeaders": Field(_ARRAY),
    "CSVDelimiter": Field(value_checks.one_of("COMMA", "PIPE", "SEMICOLON", "SPACE", "TAB")),
    "MaxItems": Field(value_checks.integer(0, 100_000_000)),
    "MaxItemsPath": Field(value_checks.path_to_one, PATH),
    "ItemsPointer": Field(_TEXT),
    "ManifestType": Field(value_checks.one_of("ATHENA_DATA", "S3_INVENTORY")),
    "Transformation": Field(value_checks.one_of("NONE", "LOAD_AND_FLATTEN")),
}
BATCHER = {
    "MaxItemsPerBatch": Field(value_checks.integer(1)),
    "MaxItemsPerBatchPath": Field(value_checks.path_to_one, PATH),
    "MaxInputBytesPerBatch": Field(value_checks.integer(1)),
    "MaxInputBytesPerBatchPath": Field(value_checks.path_to_one, PATH),
    "BatchInput": Field(_ANY, template=True),
}
WRITER = {
    "Resource": Field(value_checks.resource),
    "Parameters": Field(_OBJECT, PATH, template=True),
    "Arguments": Field(_OBJECT, JSONATA, template=True),
    "WriterConfig": Field(_OBJECT, fixed=True),
}
WRITER_CONFIG = {
    "Transformation": Field(value_checks.one_of("NONE", "COMPACT", "FLATTEN")),
    "OutputType": Field(value_checks.one_of("JSON", "JSONL")),
}
