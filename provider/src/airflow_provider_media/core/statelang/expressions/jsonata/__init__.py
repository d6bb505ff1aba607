"""JSONata expressions between ``{%`` and ``%}``."""

from airflow_provider_media.core.statelang.expressions.jsonata.expression import (
    JsonataExpression,
    JsonataUnreadable,
    expression_in,
    jsonata,
)

__all__ = ["JsonataExpression", "JsonataUnreadable", "expression_in", "jsonata"]
