"""Choice rules and their operators."""

from airflow_provider_media.core.statelang.expressions.choice.operators import OPERATORS
from airflow_provider_media.core.statelang.expressions.choice.rule import (
    All,
    Any,
    Comparison,
    Condition,
    Not,
    Rule,
    Test,
)

__all__ = ["OPERATORS", "All", "Any", "Comparison", "Condition", "Not", "Rule", "Test"]
