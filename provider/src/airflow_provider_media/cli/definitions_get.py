"""``airflow media definitions get``: the text of a stored definition."""

from __future__ import annotations

import argparse
import json

from airflow_provider_media.cli.command_output import say
from airflow_provider_media.core.serde import to_json


def run(args: argparse.Namespace) -> int:
    """Print the current version, or the wanted one.

    :raises DefinitionsUnavailable: when no store is configured.
    :raises DefinitionUnknown: when there is no such definition or version.
    """
    from airflow_provider_media.hooks.definitions import definition_store

    store = definition_store()
    if args.version is None:
        found = store.current(args.kind, args.name)
    else:
        found = store.version(args.kind, args.name, args.version)
    if args.json:
        say(json.dumps(to_json(found), indent=2, ensure_ascii=False))
    else:
        say(found.text, end="" if found.text.endswith("\n") else "\n")
    return 0
