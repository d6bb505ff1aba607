"""JSONPath in the language: paths read values, reference paths write values."""

from airflow_provider_media.core.statelang.expressions.paths.expression import PathExpression, path_expression
from airflow_provider_media.core.statelang.expressions.paths.jsonpath import Path, PathMissing, compile_path
from airflow_provider_media.core.statelang.expressions.paths.reference import ReferencePath, reference_path
from airflow_provider_media.core.statelang.expressions.paths.scanner import PathUnreadable

__all__ = [
    "Path",
    "PathExpression",
    "PathMissing",
    "PathUnreadable",
    "ReferencePath",
    "compile_path",
    "path_expression",
    "reference_path",
]
