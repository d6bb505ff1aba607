"""``airflow media presets``: the presets that outputs can name, with their settings."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from airflow_provider_media.cli.command_output import say
from airflow_provider_media.core.errors import ConfigurationError
from airflow_provider_media.core.workflows.presets import describe_settings, load_presets, preset_settings
from airflow_provider_media.core.workflows.wording import nearest


def run(args: argparse.Namespace) -> int:
    """Print every preset in one line, or one preset with all its settings.

    :raises ConfigurationError: when no preset has this name.
    """
    presets = load_presets(Path(args.presets) if args.presets else None)
    if args.name and args.name not in presets.nodes:
        raise ConfigurationError(f"there is no preset {args.name!r}.{nearest(args.name, presets.nodes)}")
    found = {name: preset_settings(name, presets) for name in sorted(presets.nodes) if args.name in (None, name)}
    if args.json:
        say(json.dumps(found, indent=2, ensure_ascii=False))
    else:
        say("\n".join(_whole(found[args.name], 0) if args.name else map(_line, found, found.values())))
    return 0


def _line(name: str, fields: Mapping[str, Any]) -> str:
    return f"{name:<28}  {fields.get('kind', ''):<18}  {describe_settings(fields)}"


def _whole(fields: Mapping[str, Any], depth: int) -> Iterator[str]:
    for key, value in fields.items():
        if isinstance(value, Mapping):
            yield f"{'  ' * depth}{key}:"
            yield from _whole(value, depth + 1)
        else:
            yield (
                f"{'  ' * depth}{key}:"
                f" {json.dumps(value, ensure_ascii=False) if isinstance(value, list | tuple) else value}"
            )
