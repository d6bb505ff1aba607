"""Regular expressions that tenants write, matched in linear time (Thompson's NFA, as in RE2)."""

from airflow_provider_media.core.statelang.regex.pattern import LinearPattern, compile_pattern, shared_steps
from airflow_provider_media.core.statelang.regex.program import PatternUnreadable

__all__ = ["LinearPattern", "PatternUnreadable", "compile_pattern", "shared_steps"]
