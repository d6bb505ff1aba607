"""A part of a request with its place, so that every error names a JSON path."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from airflow_provider_media.core.errors import ConfigurationError


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """An object of a request.

    :param fields: fields of the object.
    :param path: JSON path of the object, such as ``MediaProcessTask.TranscodeTaskSet[0]``; empty for the request
        itself.
    """

    fields: Mapping[str, Any]
    path: str = ""

    def place(self, name: str) -> str:
        """Return the JSON path of a field."""
        return f"{self.path}.{name}" if self.path else name

    def wrong(self, name: str, why: str) -> ConfigurationError:
        """Return the error for an unsupported or invalid field."""
        return ConfigurationError(f"ProcessMedia: {self.place(name)} {why}", field=self.place(name))

    def only(self, *allowed: str) -> None:
        """Check that there are no other fields; null fields count as absent.

        :raises ConfigurationError: with the name of the first other field.
        """
        for name, value in self.fields.items():
            if name not in allowed and value is not None:
                raise self.wrong(name, f"is not there; there are {', '.join(sorted(allowed))}")

    def get(self, name: str, default: Any = None) -> Any:
        """Return a field, or the default if the field is absent or null."""
        value = self.fields.get(name)
        return default if value is None else value

    def needed(self, name: str) -> Any:
        """Return a required field.

        :raises ConfigurationError: when the field is absent.
        """
        value = self.get(name)
        if value is None:
            raise self.wrong(name, "is needed")
        return value

    def number(self, name: str, default: float = 0) -> float:
        """Return a number of at least 0; if the field is absent, the default, 0 for most of the service's fields.

        :raises ConfigurationError: when the value is no such number.
        """
        value = self.get(name, default)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or value < 0:
            raise self.wrong(name, f"is {value!r}, and must be a number of at least 0")
        return value

    def flag(self, name: str) -> bool:
        """Return a switch, which the service writes as 0 or 1.

        :raises ConfigurationError: when the value is neither.
        """
        value = self.get(name, 0)
        if value not in (0, 1):
            raise self.wrong(name, f"is {value!r}, and must be 0 or 1")
        return bool(value)

    def one_of(self, name: str, known: Mapping[Any, Any], default: Any = None) -> Any:
        """Return the entry of a field's value in a mapping.

        :raises ConfigurationError: with the known values, when the value is not among them.
        """
        value = self.get(name, default)
        if isinstance(value, (list, dict)) or value not in known:
            raise self.wrong(name, f"is {value!r}; there are {', '.join(map(str, known))}")
        return known[value]

    def part(self, name: str) -> Part:
        """Return an object inside this object.

        :raises ConfigurationError: when the field is no object.
        """
        value = self.needed(name)
        if not isinstance(value, Mapping):
            raise self.wrong(name, "must be an object")
        return Part(fields=value, path=self.place(name))

    def parts(self, name: str, most: int = 0) -> Iterator[Part]:
        """Yield the objects of a list; none if the field is absent.

        :param most: most objects of the list; 0 for any number.
        :raises ConfigurationError: when the field is no list of objects, or the list is too long.
        """
        value = self.get(name, [])
        if not isinstance(value, list) or not all(isinstance(each, Mapping) for each in value):
            raise self.wrong(name, "must be a list of objects")
        if most and len(value) > most:
            raise self.wrong(name, f"has {len(value)} entries, and may have {most}")
        for index, each in enumerate(value):
            yield Part(fields=each, path=f"{self.place(name)}[{index}]")
