"""Documents: YAML files as trees of nodes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airflow_provider_media.core.diagnostics import Diagnostic, Mark, invalid
from airflow_provider_media.core.workflows.fast_yaml import read_plain
from airflow_provider_media.core.workflows.node import Scalar, YamlNode
from airflow_provider_media.core.workflows.wording import FieldPath, dotted

if TYPE_CHECKING:
    from ruamel.yaml import YAML, nodes

MAX_BYTES = 256 * 1024
"""Largest file that is read; a workflow of fifty outputs has some 20 KiB."""
MAX_NODES = 20_000
"""Most values in one file with every alias expanded, so that a few lines cannot expand to billions of values."""
MAX_DEPTH = 32
"""Deepest nesting."""
_PLAIN = "tag:yaml.org,2002:"


def read_file(path: Path) -> YamlNode:
    """Read one YAML file.

    :raises WorkflowInvalid: when the file cannot be read or is not valid YAML.
    """
    return read_content(file_content(path), str(path))


def file_content(path: Path) -> bytes:
    """Return the bytes of a file; at most one byte over the limit, which shows that a file is too large.

    :raises WorkflowInvalid: when the file cannot be read.
    """
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise _refusal(str(path), f"cannot be read: {error.strerror}") from None


def read_content(content: bytes, file: str) -> YamlNode:
    """Read the bytes of a YAML file.

    :param file: name that diagnostics show.
    :raises WorkflowInvalid: when the bytes are not valid YAML.
    """
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        raise _refusal(file, f"is not UTF-8 text: byte {error.start} is {error.object[error.start]:#04x}") from None
    return read_yaml(text, file)


def read_yaml(text: str, file: str = "") -> YamlNode:
    """Read YAML 1.2 text with one document.

    Only plain values are allowed: no tags, and no more than ``MAX_NODES`` values with all aliases expanded.

    :param file: name that diagnostics show.
    :raises WorkflowInvalid: with every duplicate key, or the place where the text stops being YAML.
    """
    if len(text.encode()) > MAX_BYTES:
        raise _refusal(
            file, f"is larger than {MAX_BYTES // 1024} KiB, the most that is read: split it into several workflows"
        )
    return read_plain(text, file, max_nodes=MAX_NODES, max_depth=MAX_DEPTH) or read_exactly(text, file)


def read_exactly(text: str, file: str = "") -> YamlNode:
    """Read YAML 1.2 text with ruamel.yaml, which is slow but reports every mistake and its place.

    :param file: name that diagnostics show.
    :raises WorkflowInvalid: as ``read_yaml`` does.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    # Without plug_ins, ruamel.yaml searches the disk for plug-ins at each call.
    yaml = YAML(typ="safe", pure=True, plug_ins=[])
    try:
        root = yaml.compose(text)
    except MarkedYAMLError as error:
        raise invalid([_syntax(error, file)]) from None
    except YAMLError as error:
        raise _refusal(file, f"is not YAML: {str(error).splitlines()[0]}") from None
    except RecursionError:
        raise _refusal(file, f"holds more than {MAX_DEPTH} levels") from None
    if root is None:
        raise _refusal(file, "is empty")
    reader = _YamlReader(yaml, file)
    node = reader.read(root, (), Mark(file=file, line=1, column=1))
    if reader.problems:
        raise invalid(reader.problems)
    return node


def _refusal(file: str, message: str) -> Exception:
    return invalid([Diagnostic(mark=Mark(file=file, line=1 if file else 0, column=1), message=message, rule="file")])


def _syntax(error: Any, file: str) -> Diagnostic:
    place = error.problem_mark or error.context_mark
    mark = Mark(file=file, line=place.line + 1, column=place.column + 1) if place else Mark(file=file)
    context = f" ({error.context})" if error.context else ""
    return Diagnostic(mark=mark, message=f"not YAML: {error.problem or error.context}{context}", rule="yaml-syntax")


class _YamlReader:
    """Converts composed YAML into nodes and counts them."""

    def __init__(self, yaml: YAML, file: str) -> None:
        self.constructor = yaml.constructor
        self.file = file
        self.count = 0
        self.problems: list[Diagnostic] = []

    def read(self, node: nodes.Node, path: FieldPath, mark: Mark) -> YamlNode:
        self.count += 1
        if self.count > MAX_NODES or len(path) > MAX_DEPTH:
            limit = f"{MAX_NODES} values, aliases written out" if self.count > MAX_NODES else f"{MAX_DEPTH} levels"
            raise invalid([Diagnostic(mark=mark, message=f"the file holds more than {limit}", rule="file")])
        if node.tag == f"{_PLAIN}map":
            return YamlNode(value=dict(self._entries(node, path)), mark=mark)
        if node.tag == f"{_PLAIN}seq":
            items = (self.read(item, (*path, index), self._mark(item)) for index, item in enumerate(node.value))
            return YamlNode(value=tuple(items), mark=mark)
        return YamlNode(value=self._scalar(node, path), mark=mark)

    def _entries(self, node: nodes.Node, path: FieldPath) -> Iterator[tuple[str, YamlNode]]:
        seen: dict[str, Mark] = {}
        for key, value in node.value:
            mark = self._mark(key)
            if not isinstance(key.value, str):
                self._problem(mark, path, "a key must be one word, not a list or a mapping", "yaml-key")
            elif key.tag == f"{_PLAIN}merge":
                self._problem(
                    mark,
                    path,
                    "'<<' is not read: put shared fields into a preset and name it with 'preset:'",
                    "yaml-merge",
                )
            elif key.value in seen:
                message = f"is given twice, first in line {seen[key.value].line}; keep one of the two"
                self._problem(mark, (*path, key.value), message, "duplicate-key")
            else:
                seen[key.value] = mark
                yield key.value, self.read(value, (*path, key.value), mark)

    def _scalar(self, node: nodes.Node, path: FieldPath) -> Scalar:
        kind = str(node.tag).removeprefix(_PLAIN)
        if kind in {"str", "timestamp"}:
            return str(node.value)
        if kind not in {"int", "float", "bool", "null"} or not isinstance(node.value, str):
            self._problem(self._mark(node), path, f"the tag {node.tag} is not read; write the value alone", "yaml-tag")
            return None
        try:
            value: Scalar = self.constructor.construct_object(node)
        except ValueError:  # Python refuses to read integers of more than 4,300 digits
            return str(node.value)
        return value

    def _mark(self, node: nodes.Node) -> Mark:
        return Mark(file=self.file, line=node.start_mark.line + 1, column=node.start_mark.column + 1)

    def _problem(self, mark: Mark, path: FieldPath, message: str, rule: str) -> None:
        self.problems.append(Diagnostic(mark=mark, field=dotted(path), message=message, rule=rule))
