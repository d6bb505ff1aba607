"""Plain YAML through libyaml: some ten times as fast as ruamel.yaml, only for text that both read alike.

libyaml reads YAML 1.1 and ruamel.yaml reads YAML 1.2. For text that the two could read differently, and for invalid
text,
:func:`read_plain` returns None, and the caller reads the text again with ruamel.yaml.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from airflow_provider_media.core.diagnostics import Mark
from airflow_provider_media.core.workflows.node import Scalar, YamlNode

UNSURE_CHARACTERS = re.compile("[\t\r\\\\\x85\u2028\u2029\ufeff]|^%|^\\.\\.\\.", re.MULTILINE)
"""Tabs, escapes, unusual line breaks, directives and ends of documents."""
INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]{0,17})\.[0-9]{1,18}")
UNSURE_NUMBER = re.compile(r"[-+]?[0-9._]+(?:[eE][-+0-9._]*)?|[-+]?0[xXoObB].*|[-+]?\.(?:inf|nan)", re.IGNORECASE)
"""Numbers of only one YAML version: octal and hexadecimal digits, exponents, underscores, infinity."""
WORDS: dict[str, Scalar] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
"""Plain words of YAML 1.2 with other values than their text; ``yes`` and ``off`` are text."""
UNSURE_WORDS = frozenset({"=", "<<"})


class _Unsure(Exception):
    """Raised when ruamel.yaml must decide."""


def read_plain(text: str, file: str, *, max_nodes: int, max_depth: int) -> YamlNode | None:
    """Return the document in a YAML text; None if ruamel.yaml must decide about content or mistakes.

    :param file: name that marks show.
    :param max_nodes: most values in the document.
    :param max_depth: deepest nesting.
    """
    try:
        from yaml import CSafeLoader, YAMLError
    except ImportError:  # PyYAML was built without libyaml
        return None
    if UNSURE_CHARACTERS.search(text):
        return None
    parser = CSafeLoader(text)
    try:
        return _FastYamlReader(parser, file, max_nodes=max_nodes, max_depth=max_depth).document()
    except (_Unsure, YAMLError, UnicodeError):
        return None
    finally:
        parser.dispose()


class _FastYamlReader:
    """Converts libyaml's events into nodes, and stops at the first event that is not plain."""

    def __init__(self, parser: Any, file: str, *, max_nodes: int, max_depth: int) -> None:
        self.next_event = parser.get_event
        self.file = file
        self.left = max_nodes
        self.max_depth = max_depth

    def document(self) -> YamlNode:
        self._expect("StreamStartEvent")
        start = self._expect("DocumentStartEvent")
        if start.version or start.tags:
            raise _Unsure
        root = self._node(self.next_event(), 0, Mark(file=self.file, line=1, column=1), is_flow=False)
        self._expect("DocumentEndEvent")
        self._expect("StreamEndEvent")
        if root.value is None:
            raise _Unsure
        return root

    def _expect(self, kind: str) -> Any:
        event = self.next_event()
        if type(event).__name__ != kind:
            raise _Unsure
        return event

    def _node(self, event: Any, depth: int, mark: Mark, *, is_flow: bool) -> YamlNode:
        kind = type(event).__name__
        self.left -= 1
        if kind == "AliasEvent" or event.anchor or event.tag or self.left < 0 or depth > self.max_depth:
            raise _Unsure
        if kind == "ScalarEvent":
            return YamlNode(value=_scalar(event, is_flow=is_flow), mark=mark)
        is_flow = bool(event.flow_style)
        if kind == "MappingStartEvent":
            return YamlNode(value=dict(self._entries(depth + 1, is_flow=is_flow)), mark=mark)
        return YamlNode(value=tuple(self._items(depth + 1, is_flow=is_flow)), mark=mark)

    def _items(self, depth: int, *, is_flow: bool) -> Iterator[YamlNode]:
        while type(event := self.next_event()).__name__ != "SequenceEndEvent":
            yield self._node(event, depth, self._mark(event), is_flow=is_flow)

    def _entries(self, depth: int, *, is_flow: bool) -> Iterator[tuple[str, YamlNode]]:
        seen: set[str] = set()
        while type(key := self.next_event()).__name__ != "MappingEndEvent":
            if type(key).__name__ != "ScalarEvent" or key.anchor or key.tag or key.value in seen or not key.value:
                raise _Unsure
            _scalar(key, is_flow=is_flow)  # the key is its text, but both YAML versions must agree on its value
            seen.add(key.value)
            yield key.value, self._node(self.next_event(), depth, self._mark(key), is_flow=is_flow)

    def _mark(self, event: Any) -> Mark:
        place = event.start_mark
        return Mark(file=self.file, line=place.line + 1, column=place.column + 1)


def _scalar(event: Any, *, is_flow: bool) -> Scalar:
    text: str = event.value
    if event.start_mark.line != event.end_mark.line or event.style in ("|", ">"):
        raise _Unsure
    if event.style:
        return text
    if text in WORDS:
        return WORDS[text]
    if INTEGER.fullmatch(text):
        return int(text)
    if DECIMAL.fullmatch(text):
        return float(text)
    # Within brackets and braces, YAML 1.1 and 1.2 end words at different places.
    is_split = is_flow and (":" in text or "?" in text)
    if is_split or text in UNSURE_WORDS or UNSURE_NUMBER.fullmatch(text):
        raise _Unsure
    return text
