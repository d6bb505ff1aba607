"""Reference paths: the place of a state's result in its input (``ResultPath``)."""

from __future__ import annotations

from dataclasses import dataclass

from airflow_provider_media.core.statelang.errors import RESULT_PATH_MATCH_FAILURE, StateError
from airflow_provider_media.core.statelang.expressions.paths.jsonpath import compile_path
from airflow_provider_media.core.statelang.expressions.paths.scanner import PathUnreadable
from airflow_provider_media.core.statelang.expressions.paths.steps import Child, Index
from airflow_provider_media.core.statelang.jsontext import Json, compact


@dataclass(frozen=True, slots=True)
class ReferencePath:
    """A path of names and indices, to which a value can be written.

    :param text: the path as written.
    :param steps: names and indices from the root.
    """

    text: str
    steps: tuple[str | int, ...]

    def put(self, root: Json, value: Json) -> Json:
        """Return a copy of ``root`` with ``value`` at this path; missing objects are created.

        :raises StateError: ``States.ResultPathMatchFailure`` when the place cannot exist.
        """
        return _put(root, self.steps, value)


def _put(target: Json, steps: tuple[str | int, ...], value: Json) -> Json:
    if not steps:
        return value
    step, rest = steps[0], steps[1:]
    if isinstance(step, str) and isinstance(target, dict):
        return target | {step: _put(target.get(step, {}), rest, value)}
    if isinstance(step, int) and isinstance(target, list) and -len(target) <= step < len(target):
        copy = list(target)
        copy[step] = _put(target[step], rest, value)
        return copy
    if isinstance(step, str) and target is None:
        return {step: _put({}, rest, value)}
    raise StateError(
        RESULT_PATH_MATCH_FAILURE, f'Unable to apply step "{step}" to input {compact(target)}', located=False
    )


def reference_path(text: str) -> ReferencePath:
    """Parse a reference path.

    :raises PathUnreadable: when the text is not a path of names and indices alone.
    """
    path = compile_path(text)
    if not path.is_reference:
        raise PathUnreadable(f"Invalid path '{text}': only names and indices are allowed here")
    return ReferencePath(
        text,
        tuple(
            step.name if isinstance(step, Child) else step.index
            for step in path.steps
            if isinstance(step, (Child, Index))
        ),
    )
