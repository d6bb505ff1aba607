"""Filters of paths, evaluated by python-jsonpath with linear-time regular expressions."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any

from airflow_provider_media.core.statelang.expressions.regexes import LinearPattern, PatternUnreadable, compile_pattern


@lru_cache(maxsize=1024)
def compile_filter(condition: str) -> Any:
    """Compile a filter with python-jsonpath, once per text."""
    return _environment().compile(f"$[?{condition}]")


@cache
def _environment() -> Any:
    import jsonpath
    from jsonpath.filter import RegexLiteral
    from jsonpath.function_extensions import Match, Search
    from jsonpath.parse import Parser

    class LinearParser(Parser):
        """The library's parser with linear-time regular expressions for literals such as ``/a+/i``."""

        def parse_regex(self, stream: Any) -> Any:
            pattern: Any = super().parse_regex(stream)
            return RegexLiteral(value=_linear(pattern.value))

    class Environment(jsonpath.JSONPathEnvironment):
        """The library's environment with linear-time regular expressions."""

        parser_class = LinearParser

        def setup_function_extensions(self) -> None:
            super().setup_function_extensions()
            for name, kind in (("match", Match), ("search", Search)):
                self.function_extensions[name] = type(kind.__name__, (kind,), {"check_cache": _pattern_or_none})()

    return Environment()


def _linear(pattern: Any) -> Any:
    return compile_pattern(pattern.pattern, pattern.flags)


def _pattern_or_none(_function: Any, pattern: str) -> LinearPattern | None:
    """Return the compiled pattern, or ``None`` for an invalid pattern, which matches nothing (RFC 9535)."""
    try:
        return compile_pattern(pattern)
    except PatternUnreadable:
        return None
