"""Presets: named fields with which an output begins."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from itertools import chain
from pathlib import Path
from typing import Any

from airflow_provider_media.core.diagnostics import Diagnostic, invalid
from airflow_provider_media.core.errors import WorkflowInvalid
from airflow_provider_media.core.workflows.document import file_content, read_content, read_yaml
from airflow_provider_media.core.workflows.node import YamlNode
from airflow_provider_media.core.workflows.wording import dotted, nearest

RIVALS: Mapping[str, tuple[str, ...]] = {"bitrate": ("crf",), "crf": ("bitrate", "passes")}
"""Preset fields that an output's own field removes: an output with a bit rate drops the preset's constant quality."""

_KEY = re.compile(r"""["']?([\w-]+)["']?\s*:""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Presets:
    """All presets by name, and the errors of unreadable preset files."""

    nodes: Mapping[str, YamlNode]
    unreadable: tuple[WorkflowInvalid, ...] = ()
    descriptions: Mapping[str, str] = field(default_factory=dict)
    """Comments above presets, by name."""


@cache
def builtin_presets() -> Presets:
    """Return the presets that ship with this package."""
    folder = files("airflow_provider_media.core.outputs") / "presets"
    entries = sorted(
        (entry for entry in folder.iterdir() if entry.name.endswith(".yaml")), key=lambda entry: entry.name
    )
    texts = {f"presets/{entry.name}": entry.read_text(encoding="utf-8") for entry in entries}
    return Presets(
        nodes=_joined(read_yaml(text, name) for name, text in texts.items()), descriptions=_described(texts.values())
    )


def load_presets(folder: Path | None) -> Presets:
    """Return the built-in presets; a project's own presets are added and override built-in ones of the same name.

    :param folder: the project's ``include/presets``; it need not exist. An unreadable file loses only its own presets.
    """
    readable, unreadable, texts = [], [], []
    for path in sorted(folder.glob("*.y*ml")) if folder else ():
        try:
            content = file_content(path)
            readable.append(read_content(content, str(path)))
            texts.append(content.decode())
        except WorkflowInvalid as error:
            unreadable.append(error)
    builtin = builtin_presets()
    return Presets(
        nodes={**builtin.nodes, **_joined(readable)},
        unreadable=tuple(unreadable),
        descriptions={**builtin.descriptions, **_described(texts)},
    )


def _described(texts: Iterable[str]) -> dict[str, str]:
    """Return the comments directly above the presets of files, by name."""
    found: dict[str, str] = {}
    for text in texts:
        comment: list[str] = []
        for line in text.splitlines():
            if line.startswith("#"):
                comment.append(line.lstrip("# ").rstrip())
                continue
            if comment and (key := _KEY.match(line)):
                found[key[1]] = " ".join(comment)
            comment = []
    return found


def preset_settings(name: str, presets: Presets) -> dict[str, Any]:
    """Return the fields of a preset, including those of the preset that it names.

    :raises WorkflowInvalid: when the preset names an unknown one, or itself.
    """
    fields: dict[str, Any] = resolve(presets.nodes[name], presets, name).plain()
    return {key: value for key, value in fields.items() if key != "preset"}


def describe_settings(fields: Mapping[str, Any]) -> str:
    """Return the fields of a preset, besides its kind, in one line."""
    return ", ".join(f"{key} {_short(value)}" for key, value in fields.items() if key != "kind")


def _short(value: Any) -> str:
    if isinstance(value, Mapping):
        return "(" + ", ".join(f"{key} {_short(each)}" for key, each in value.items()) + ")"
    return f"({len(value)})" if isinstance(value, list | tuple) else str(value)


def merge(base: YamlNode, own: YamlNode) -> YamlNode:
    """Return the base's fields overridden by an output's own: mappings merge by field, other values are replaced."""
    if not (isinstance(base.value, Mapping) and isinstance(own.value, Mapping)):
        return own
    beaten = set(chain.from_iterable(RIVALS.get(winner, ()) for winner in own.value))
    kept = {key: node for key, node in base.value.items() if key not in beaten}
    both = {key: merge(kept[key], node) if key in kept else node for key, node in own.value.items()}
    return replace(own, value={**kept, **both})


def resolve(output: YamlNode, presets: Presets, field: str) -> YamlNode:
    """Return an output with the fields of its preset, and of the preset's own preset.

    :param field: path of the output, for errors.
    :raises WorkflowInvalid: when a preset is unknown, names itself, or is for another kind of output.
    """
    return _resolve(output, presets, field, ())


def _resolve(output: YamlNode, presets: Presets, field: str, seen: tuple[str, ...]) -> YamlNode:
    named = output.child("preset")
    if named is None or named.value is None:
        return output
    name = str(named.value)
    if name in seen:
        circle = " → ".join([*seen[seen.index(name) :], name])
        raise _refused(named, field, f"presets name each other in a circle: {circle}", "preset-circle")
    if name not in presets.nodes:
        raise _refused(named, field, _unknown(name, output, presets), "unknown-preset")
    base = _resolve(presets.nodes[name], presets, dotted((name,)), (*seen, name))
    wanted, offered = _kind(output), _kind(base)
    if wanted and offered and wanted != offered:
        message = f"preset {name!r} is for {offered}, not for {wanted}; {_names(presets, wanted)}"
        raise _refused(named, field, message, "preset-kind")
    return merge(base, output)


def _unknown(name: str, output: YamlNode, presets: Presets) -> str:
    broken = "".join(f"\n  A file of presets could not be read: {error}" for error in presets.unreadable)
    return f"preset {name!r} is not known; {_names(presets, _kind(output))}.{nearest(name, presets.nodes)}{broken}"


def _names(presets: Presets, kind: object) -> str:
    fitting = [name for name, node in presets.nodes.items() if kind is None or _kind(node) in (kind, None)]
    return f"known: {', '.join(sorted(fitting))}" if fitting else "there are none of this kind"


def _kind(node: YamlNode) -> object:
    kind = node.child("kind")
    return kind.value if kind else None


def _refused(named: YamlNode, field: str, message: str, rule: str) -> WorkflowInvalid:
    return invalid([Diagnostic(mark=named.mark, field=f"{field}.preset", message=message, rule=rule)])


def _joined(documents: Iterable[YamlNode]) -> dict[str, YamlNode]:
    joined: dict[str, YamlNode] = {}
    for document in documents:
        joined |= document.entries
    return joined
