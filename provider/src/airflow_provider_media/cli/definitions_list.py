"""``airflow media definitions list``: definitions of the store and of files."""

from __future__ import annotations

import argparse
import json
from itertools import chain
from typing import Any

from airflow_provider_media.cli.command_output import say
from airflow_provider_media.core.definitions.definition import KINDS, DefinitionKind


def run(args: argparse.Namespace) -> int:
    """Print the definitions of one kind, or of both."""
    kinds = (args.kind,) if args.kind else KINDS
    rows = list(chain.from_iterable(map(_rows, kinds)))
    if args.json:
        say(json.dumps(rows, indent=2))
    elif rows:
        say("\n".join(map(_line, rows)))
    else:
        say("There are no definitions.")
    return 0


def _rows(kind: DefinitionKind) -> list[dict[str, Any]]:
    from airflow_provider_media.hooks.definition_files import current_definitions, definition_files

    rows: dict[str, dict[str, Any]] = {
        one.name: {
            "kind": kind,
            "name": one.name,
            "origin": "store",
            "status": one.status,
            "version": one.version,
            "saved_by": one.saved_by,
            "saved_at": one.saved_at.isoformat(),
        }
        for one in current_definitions(kind)
    }
    # The file of a name counts, and the stored definition of this name is ignored.
    for name in definition_files(kind):
        rows[name] = {"kind": kind, "name": name, "origin": "files"}
    return [rows[name] for name in sorted(rows)]


def _line(row: dict[str, Any]) -> str:
    if row["origin"] == "files":
        return f"{row['kind']}  {row['name']}  file"
    return (
        f"{row['kind']}  {row['name']}  {row['status']}  version {row['version']} by {row['saved_by']} at"
        f" {row['saved_at']}"
    )
