"""``airflow media definitions history``: the versions of a stored definition."""

from __future__ import annotations

import argparse
import json

from airflow_provider_media.cli.command_output import say
from airflow_provider_media.core.serde import to_json


def run(args: argparse.Namespace) -> int:
    """Print the versions, newest first.

    :raises DefinitionsUnavailable: when no store is configured.
    :raises DefinitionUnknown: when there is no such definition.
    """
    from airflow_provider_media.hooks.definitions import definition_store

    versions = definition_store().history(args.kind, args.name)
    if args.json:
        say(json.dumps([to_json(one) for one in versions], indent=2, ensure_ascii=False))
        return 0
    for one in versions:
        comment = f"  {one.comment}" if one.comment else ""
        say(f"{one.version:>4}  {one.saved_at:%Y-%m-%d %H:%M:%S %Z}  {one.status:<9}  {one.saved_by}{comment}")
    return 0
