"""JSON arguments of commands: JSON text, or ``@`` and a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from airflow_provider_media.core.errors import ConfigurationError


def given_json(text: str, option: str) -> Any:
    """Return the value of a JSON argument.

    :param text: JSON, or ``@`` and the path of a file with JSON.
    :param option: name of the option, for the error message.
    :raises ConfigurationError: when the text is not JSON, or the file cannot be read.
    """
    try:
        return json.loads(Path(text[1:]).read_text(encoding="utf-8") if text.startswith("@") else text)
    except OSError as error:
        raise ConfigurationError(f"{option}: {text[1:]} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise ConfigurationError(
            f"{option}: this is no JSON: {error}; give JSON, or @ and the path of a file that holds it"
        ) from error
