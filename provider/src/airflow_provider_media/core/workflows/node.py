"""Nodes: values of a document with their places."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from airflow_provider_media.core.diagnostics import NOWHERE, Mark
from airflow_provider_media.core.workflows.wording import FieldPath

Scalar = str | int | float | bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class YamlNode:
    """A value and the place where its entry begins: the key in a mapping, the item in a list."""

    value: Scalar | Mapping[str, YamlNode] | tuple[YamlNode, ...]
    mark: Mark = NOWHERE

    @property
    def entries(self) -> Mapping[str, YamlNode]:
        """The entries of a mapping; none for other values."""
        return self.value if isinstance(self.value, Mapping) else {}

    def plain(self) -> Any:
        """Return the value without marks."""
        if isinstance(self.value, Mapping):
            return {key: node.plain() for key, node in self.value.items()}
        return [node.plain() for node in self.value] if isinstance(self.value, tuple) else self.value

    def child(self, part: str | int) -> YamlNode | None:
        """Return the entry or item of a name or number, or None."""
        if isinstance(self.value, Mapping):
            return self.value.get(str(part))
        return (
            self.value[part]
            if isinstance(self.value, tuple) and isinstance(part, int) and part < len(self.value)
            else None
        )

    def nearest(self, path: FieldPath) -> YamlNode:
        """Return the node at a path, or the last existing node on the way."""
        node = self
        for part in path:
            if (child := node.child(part)) is None:
                break
            node = child
        return node


def from_plain(value: Any, mark: Mark = NOWHERE) -> YamlNode:
    """Return nodes for data that came from no file, such as the body of a request."""
    if isinstance(value, Mapping):
        return YamlNode(value={str(key): from_plain(item, mark) for key, item in value.items()}, mark=mark)
    if isinstance(value, (list, tuple)):
        return YamlNode(value=tuple(from_plain(item, mark) for item in value), mark=mark)
    return YamlNode(value=value, mark=mark)
