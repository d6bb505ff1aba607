"""Keys of outputs: templates filled with facts of the source and the output, and never more than once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from airflow_provider_media.core.errors import ConfigurationError, WorkflowInvalid
from airflow_provider_media.core.media.uri import NAME_BYTES, input_parts, join, shortened
from airflow_provider_media.core.planning.geometry import Size

FIELDS = (
    "input_dir",
    "input_name",
    "input_format",
    "output",
    "preset",
    "number",
    "format",
    "width",
    "height",
    "workflow",
    "job_id",
)
"""What templates may name."""

DEFAULT = "{input_dir}{input_name}_{output}_{number}.{format}"
RESERVED = ".media/"
"""Folder below every output location that holds work in progress and records."""

_NUMBER_DIGITS = 8  # more pictures than any series has
_FIELD = re.compile(r"\{([^{}]*)\}")
_NUMBER = re.compile(r"[_.-]\{number\}")
_FORMAT = re.compile(r"\.?\{format\}$")


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceIdentity:
    """What a source is called and which content it has."""

    uri: str
    version: str
    """What changes whenever the content does: an S3 version id or ETag, or size and time of a file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """All that is the same in the names of one job's outputs."""

    source: SourceIdentity
    template: str
    """Of outputs without one of their own."""
    workflow: str
    job_id: str = ""

    def file(self, output: NamedOutput, form: str, size: Size | None = None) -> str:
        """Key of an output's only file."""
        return self._render(_NUMBER.sub("", self._template(output)), output, form, size)

    def series(self, output: NamedOutput, form: str, count: int, size: Size | None = None) -> str:
        """Key of a numbered series: a pattern with one ``%0Nd``, in which other percent signs are doubled.

        Numbers begin at 1 and have as many digits as the last one, so that names sort as the pictures follow each other.
        """
        template = self._template(output)
        if "{number}" not in template:
            stem, dot, suffix = template.rpartition(".")
            template = f"{stem}_{{number}}{dot}{suffix}" if dot and "/" not in suffix else f"{template}_{{number}}"
        values = self._values(template, output, form, size)
        first, *more = (fill(part, values) for part in template.split("{number}"))
        whole = f"%0{len(str(count))}d".join(part.replace("%", "%%") for part in (first, "".join(more)))
        return _checked(whole, output)

    def folder(self, output: NamedOutput) -> str:
        """Folder of an output of many files, ending in ``/``."""
        template = _FORMAT.sub("", _NUMBER.sub("", self._template(output))).rstrip("/")
        return self._render(template, output, "", None) + "/"

    def _template(self, output: NamedOutput) -> str:
        return output.path or self.template

    def _render(self, template: str, output: NamedOutput, form: str, size: Size | None) -> str:
        return _checked(fill(template, self._values(template, output, form, size)), output)

    def _values(self, template: str, output: NamedOutput, form: str, size: Size | None) -> dict[str, str]:
        parts = input_parts(self.source.uri)
        values = {
            "input_dir": parts.input_dir,
            "input_name": parts.input_name,
            "input_format": parts.input_format,
            "output": output.name,
            "preset": output.preset or output.name,
            "number": "1",  # where it is all of a single file's name
            "format": form,
            "width": str(size.width) if size else "",
            "height": str(size.height) if size else "",
            "workflow": self.workflow,
            "job_id": self.job_id,
        }
        return {**values, "input_name": shortened(parts.input_name, _room(template, values))}


def _room(template: str, values: Mapping[str, str]) -> int:
    """Bytes that a template leaves to ``{input_name}`` in the name of a file or folder."""
    filled = fill(template, {**values, "input_dir": "", "input_name": "\0", "number": "9" * _NUMBER_DIGITS})
    names = [name for name in filled.split("/") if "\0" in name]
    return min(((NAME_BYTES - len(name.replace("\0", "").encode())) // name.count("\0") for name in names), default=NAME_BYTES)


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedOutput:
    """What an output's name depends on besides the job."""

    name: str
    path: str | None = None
    preset: str | None = None


def fill(template: str, values: Mapping[str, str]) -> str:
    """The template with every field replaced once; what a value holds is never read as a template.

    :raises WorkflowInvalid: for a field that does not exist.
    """

    def value(match: re.Match[str]) -> str:
        try:
            return values[match[1]]
        except KeyError:
            near = get_close_matches(match[1], FIELDS, n=1)
            hint = f"; did you mean {{{near[0]}}}?" if near else ""
            raise WorkflowInvalid(
                f"path {template!r} names {{{match[1]}}}, which does not exist{hint} Fields are {', '.join(FIELDS)}.", template=template
            ) from None

    return _FIELD.sub(value, template)


def check_template(template: str) -> None:
    """Find out before any job whether a template can be filled.

    :raises WorkflowInvalid: for a field that does not exist.
    """
    fill(template, dict.fromkeys(FIELDS, "x"))


def _checked(key: str, output: NamedOutput) -> str:
    try:
        join("s3://location/", key)
    except ConfigurationError as error:
        raise WorkflowInvalid(f"output {output.name}: {error.message}", output=output.name) from None
    if f"{key}/".startswith(RESERVED):
        raise WorkflowInvalid(f"output {output.name}: {key!r} lies in {RESERVED}, where jobs keep their work; choose another path")
    return key


def refuse_collisions(keys: Iterable[tuple[str, str]]) -> None:
    """Make sure that no two files have one key, and that none lies where another's folder is.

    :param keys: pairs of an output's name and a key; keys that end in ``/`` are folders.
    :raises WorkflowInvalid: naming both outputs.
    """
    owners: dict[str, str] = {}
    for output, key in keys:
        if key in owners:
            raise WorkflowInvalid(
                f"outputs {owners[key]} and {output} would both be written to {key!r}; give one a path of its own, or put {{output}} into"
                " the workflow's output.path",
                outputs=[owners[key], output],
                key=key,
            )
        owners[key] = output
    for key, output in owners.items():
        folder = next((f for f in _folders_above(key) if f in owners), None)
        if folder is not None:
            raise WorkflowInvalid(
                f"output {output} would be written to {key!r}, into the folder of output {owners[folder]}; give one a path of its own",
                outputs=[owners[folder], output],
                key=key,
            )


def _folders_above(key: str) -> Iterator[str]:
    """Folders that a key lies in, outermost first; not the key itself where it is a folder."""
    parts = key.rstrip("/").split("/")
    return ("/".join(parts[:count]) + "/" for count in range(1, len(parts)))
