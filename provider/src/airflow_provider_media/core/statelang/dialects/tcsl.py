"""Tencent's dialect, the language of its Application Service Workflow."""

from airflow_provider_media.core.statelang.dialects.dialect import Dialect

TCSL = Dialect(
    name="tcsl",
    title="Tencent Cloud States Language",
    resource_prefixes=("qrn:",),
    # Tencent's documentation misspells this name.
    spellings={"ResultSeclector": "ResultSelector"},
    more_fields={"Pass": ("ResultSelector",)},
    operators=frozenset({"BooleanEquals", "NumericEquals", "IsBoolean", "IsNumeric", "StringEquals"}),
    max_concurrency=1,
    statuses={"SUCCEEDED": "SUCCEED", "ABORTED": "TERMINATED", "TIMED_OUT": "FAILED"},
)
