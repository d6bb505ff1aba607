"""JSON arguments of commands: the JSON itself, or ``@`` and a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from airflow_provider_media.core.errors import ConfigurationError


def given_json(text: str, option: str) -> Any:
    """The value.

    :param text: JSON, or ``@`` and the path of a file with JSON.
    :param option: the option it was given by, for the error.
    :raises ConfigurationError: when it is no JSON, or the file cannot be read.
    """
    try:
        return json.loads(Path(text[1:]).read_text(encoding="utf-8") if text.startswith("@") else text)
    except OSError as error:
        raise ConfigurationError(f"{option}: {text[1:]} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise ConfigurationError(f"{option}: this is no JSON: {error}; give JSON, or @ and the path of a file that holds it") from error
