"""Paths with their roots: ``$`` the input, ``$$`` the context object, ``$name`` a variable."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from airflow_provider_media.core.statelang.errors import StateError, runtime
from airflow_provider_media.core.statelang.expressions.paths.jsonpath import Path, PathMissing, compile_path
from airflow_provider_media.core.statelang.expressions.view import View
from airflow_provider_media.core.statelang.jsontext import Json

_VARIABLE = re.compile(r"\$([^\W\d]\w*)")


@dataclass(frozen=True, slots=True)
class PathExpression:
    """A path together with its root.

    :param text: the expression as written.
    :param root: ``$``, ``$$``, or the variable's name.
    :param path: the path from the root.
    """

    text: str
    root: str
    path: Path

    def find(self, view: View) -> Json:
        """Return the value that the path leads to.

        :raises PathMissing: when the path leads nowhere, or the variable was never assigned.
        """
        if self.root == "$":
            return self.path.find(view.input)
        if self.root == "$$":
            return self.path.find(view.context)
        if self.root not in view.variables:
            raise PathMissing(f"The variable '${self.root}' has not been assigned a value")
        return self.path.find(view.variables[self.root])

    def evaluate(self, view: View, field: str = "") -> Json:
        """Return the value that the path leads to.

        :param field: the state's field that holds the path; the error message does not name the field.
        :raises StateError: ``States.Runtime`` when the path leads nowhere.
        """
        try:
            return self.find(view)
        except PathMissing as missing:
            raise self.invalid(str(missing)) from missing

    def invalid(self, detail: str) -> StateError:
        """Return the error of a path that does not fit the data."""
        return runtime(f"Invalid path '{self.text}' : {detail}")


@lru_cache(maxsize=4096)
def path_expression(text: str) -> PathExpression:
    """Parse a path with any of the three roots.

    :raises PathUnreadable: when the text is not a path.
    """
    text = text.rstrip()
    if text.startswith("$$"):
        return PathExpression(text, "$$", compile_path(text[1:]))
    if variable := _VARIABLE.match(text):
        return PathExpression(text, variable.group(1), compile_path("$" + text[variable.end() :]))
    return PathExpression(text, "$", compile_path(text))
