"""``airflow media definitions put``: save a definition as its next version."""

from __future__ import annotations

import argparse
import getpass
import json
import sys
from pathlib import Path

from airflow_provider_media.cli.command_output import say
from airflow_provider_media.core.definitions.definition import DefinitionText
from airflow_provider_media.core.definitions.errors import StoredDefinitionInvalid
from airflow_provider_media.core.diagnostics import TextDiagnostic
from airflow_provider_media.core.errors import ConfigurationError
from airflow_provider_media.core.serde import from_json, to_json


def run(args: argparse.Namespace) -> int:
    """Save the files' texts, and print the new version.

    :raises DefinitionsUnavailable: when no store is configured.
    :raises DefinitionChanged: when the current version is not ``--base``.
    :raises DefinitionInFiles: when a file has a definition of this name.
    :raises StoredDefinitionInvalid: when a definition to publish has errors.
    """
    from airflow_provider_media.hooks.definition_files import save_definition
    from airflow_provider_media.job_store.dag_parsing import request_parsing

    content = DefinitionText(text=_text(args.file), settings=_text(args.settings) if args.settings else "")
    try:
        saved = save_definition(
            args.kind,
            args.name,
            content,
            status=args.status,
            base=args.base,
            saved_by=getpass.getuser(),
            comment=args.comment,
        )
    except StoredDefinitionInvalid as error:
        _print_places(error)
        raise
    request_parsing(args.kind)
    say(json.dumps(to_json(saved), indent=2, ensure_ascii=False) if args.json else f"version {saved.version}")
    return 0


def _text(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path} cannot be read: {error}; name a text file in UTF-8.") from None


def _print_places(error: StoredDefinitionInvalid) -> None:
    found = from_json(tuple[TextDiagnostic, ...], error.detail["diagnostics"])
    print(*found, sep="\n", file=sys.stderr)
