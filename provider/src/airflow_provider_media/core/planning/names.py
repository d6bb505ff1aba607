"""Keys of outputs: templates filled with facts of the source and the output; every field is filled once only."""

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
"""Fields that templates may contain."""

DEFAULT = "{input_dir}{input_name}_{output}_{number}.{format}"
RESERVED = ".media/"
"""Folder below every output location that holds work in progress and records."""

_NUMBER_DIGITS = 8  # enough for more pictures than any series has
_FIELD = re.compile(r"\{([^{}]*)\}")
_NUMBER = re.compile(r"[_.-]\{number\}")
_FORMAT = re.compile(r"\.?\{format\}$")


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceIdentity:
    """The name of a source and the version of its content."""

    uri: str
    version: str
    """Text that changes whenever the content does: an S3 version id or ETag, or size and time of a file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """Facts that the names of all outputs of one job share."""

    source: SourceIdentity
    template: str
    """Template of outputs that have no template of their own."""
    workflow: str
    job_id: str = ""

    def file(self, output: NamedOutput, form: str, size: Size | None = None) -> str:
        """Return the key of an output's only file."""
        return self._render(_NUMBER.sub("", self._template(output)), output, form, size)

    def series(self, output: NamedOutput, form: str, count: int, size: Size | None = None) -> str:
        """Return the key of a numbered series: a pattern with one ``%0Nd``, in which other percent signs are doubled.

        Numbers begin at 1 and have as many digits as the last number. Names therefore sort in the order of the
        pictures.
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
        """Return the folder of an output with many files, ending in ``/``."""
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
            "number": "1",  # for a single file whose name consists of the number
            "format": form,
            "width": str(size.width) if size else "",
            "height": str(size.height) if size else "",
            "workflow": self.workflow,
            "job_id": self.job_id,
        }
        return {**values, "input_name": shortened(parts.input_name, _room(template, values))}


def _room(template: str, values: Mapping[str, str]) -> int:
    """Return the bytes that a template leaves for ``{input_name}`` in the name of a file or folder."""
    filled = fill(template, {**values, "input_dir": "", "input_name": "\0", "number": "9" * _NUMBER_DIGITS})
    names = [name for name in filled.split("/") if "\0" in name]
    return min(
        ((NAME_BYTES - len(name.replace("\0", "").encode())) // name.count("\0") for name in names), default=NAME_BYTES
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedOutput:
    """Facts of an output that its key depends on, besides the job's."""

    name: str
    path: str | None = None
    preset: str | None = None


def fill(template: str, values: Mapping[str, str]) -> str:
    """Return the template with every field replaced once. The text of a value is never read as a template.

    :raises WorkflowInvalid: when the template names a field that does not exist.
    """

    def value(match: re.Match[str]) -> str:
        try:
            return values[match[1]]
        except KeyError:
            near = get_close_matches(match[1], FIELDS, n=1)
            hint = f"; did you mean {{{near[0]}}}?" if near else ""
            raise WorkflowInvalid(
                f"path {template!r} names {{{match[1]}}}, which does not exist{hint} Fields are {', '.join(FIELDS)}.",
                template=template,
            ) from None

    return _FIELD.sub(value, template)


def check_template(template: str) -> None:
    """Check before any job whether a template can be filled.

    :raises WorkflowInvalid: when the template names a field that does not exist.
    """
    fill(template, dict.fromkeys(FIELDS, "x"))


def _checked(key: str, output: NamedOutput) -> str:
    try:
        join("s3://location/", key)
    except ConfigurationError as error:
        raise WorkflowInvalid(f"output {output.name}: {error.message}", output=output.name) from None
    if f"{key}/".startswith(RESERVED):
        raise WorkflowInvalid(
            f"output {output.name}: {key!r} lies in {RESERVED}, where jobs keep their work; choose another path"
        )
    return key


def refuse_collisions(keys: Iterable[tuple[str, str]]) -> None:
    """Check that no two files have the same key, and that no file lies in another output's folder.

    :param keys: pairs of an output's name and a key. Keys that end in ``/`` are folders.
    :raises WorkflowInvalid: when two keys collide. The error names both outputs.
    """
    owners: dict[str, str] = {}
    for output, key in keys:
        if key in owners:
            raise WorkflowInvalid(
                f"outputs {owners[key]} and {output} would both be written to {key!r}; give one a path of its own, or"
                " put {output} into the workflow's output.path",
                outputs=[owners[key], output],
                key=key,
            )
        owners[key] = output
    for key, output in owners.items():
        folder = next((f for f in _folders_above(key) if f in owners), None)
        if folder is not None:
            raise WorkflowInvalid(
                f"output {output} would be written to {key!r}, into the folder of output {owners[folder]}; give one a"
                " path of its own",
                outputs=[owners[folder], output],
                key=key,
            )


def _folders_above(key: str) -> Iterator[str]:
    """Return the folders that contain a key, outermost first. A key that is a folder itself is not included."""
    parts = key.rstrip("/").split("/")
    return ("/".join(parts[:count]) + "/" for count in range(1, len(parts)))
