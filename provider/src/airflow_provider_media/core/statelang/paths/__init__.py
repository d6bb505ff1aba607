"""JSONPath in the language: paths read values, reference paths write values."""

from airflow_provider_media.core.statelang.paths.expression import PathExpression, path_expression
from airflow_provider_media.core.statelang.paths.jsonpath import Path, PathMissing, PathUnreadable, compile_path
from airflow_provider_media.core.statelang.paths.reference import ReferencePath, reference_path

__all__ = ["Path", "PathExpression", "PathMissing", "PathUnreadable", "ReferencePath", "compile_path", "path_expression", "reference_path"]
