"""Readers of data set files as arrays of items (AWS developer guide, "ItemReader")."""

from __future__ import annotations

import csv
import io
import re

from airflow_provider_media.core.statelang import jsontext
from airflow_provider_media.core.statelang.errors import ITEM_READER_FAILED, StateError
from airflow_provider_media.core.statelang.jsontext import Json

DELIMITERS = {"COMMA": ",", "PIPE": "|", "SEMICOLON": ";", "SPACE": " ", "TAB": "\t"}
_INDEX = re.compile(r"\d{1,18}", re.ASCII)


def failed(cause: str) -> StateError:
    """Return a ``States.ItemReaderFailed`` error."""
    return StateError(ITEM_READER_FAILED, cause)


def json_in(text: str) -> Json:
    """Return the value of a JSON file.

    :raises StateError: ``States.ItemReaderFailed`` when the text is not valid JSON.
    """
    try:
        return jsontext.read_json(text)
    except ValueError as error:
        raise failed(f"The file is not valid JSON: {error}") from error


def read_json(text: str, pointer: str = "") -> list[Json]:
    """Return the items of a JSON array, or of the array at a JSON pointer."""
    value = json_in(text)
    for step in pointer.split("/")[1:]:
        value = _at(value, step.replace("~1", "/").replace("~0", "~"), pointer)
    if not isinstance(value, list):
        raise failed("Attempting to map over non-iterable node.")
    return value


def _at(value: Json, step: str, pointer: str) -> Json:
    if isinstance(value, dict) and step in value:
        return value[step]
    if isinstance(value, list) and _INDEX.fullmatch(step) and int(step) < len(value):
        return value[int(step)]
    raise failed(f"The ItemsPointer '{pointer}' leads nowhere in the file")


def read_json_lines(text: str) -> list[Json]:
    """Return the items of JSON Lines, one value per line."""
    found: list[Json] = []
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            try:
                found.append(jsontext.read_json(line))
            except ValueError as error:
                raise failed(f"Line {number} of the file is not valid JSON: {error}") from error
    return found


def read_csv(text: str, headers: tuple[str, ...] = (), delimiter: str = ",") -> list[Json]:
    """Return the rows of a CSV text as objects of strings.

    Short rows are filled with empty strings, surplus cells are dropped, and empty lines are skipped.

    :param headers: the column names; when empty, the first row holds them.
    """
    try:
        rows = [row for row in csv.reader(io.StringIO(text), delimiter=delimiter) if row]
    except csv.Error as error:
        raise failed(f"The file is not valid CSV: {error}") from error
    names = headers
    if not names:
        if not rows:
            return []
        names, rows = tuple(rows[0]), rows[1:]
    if len(set(names)) < len(names):
        raise failed("CSV headers cannot contain duplicates.")
    return [dict(zip(names, row + [""] * (len(names) - len(row)), strict=False)) for row in rows]


def read_lines(text: str) -> list[str]:
    """Return the lines of a text that are not blank, without outer blanks."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def inventory(manifest: Json, bucket: str) -> tuple[tuple[str, ...], str, list[str]]:
    """Return the column names, the bucket and the file keys of an S3 inventory."""
    try:
        names = tuple(name.strip() for name in manifest["fileSchema"].split(","))
        keys = [file["key"] for file in manifest["files"]]
        return names, manifest.get("destinationBucket", bucket).removeprefix("arn:aws:s3:::"), keys
    except (AttributeError, KeyError, TypeError) as error:
        raise failed("The file is no manifest of an S3 inventory: it needs fileSchema, and files with a key") from error
