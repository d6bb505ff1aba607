"""A part of a request and its place, so that whatever is wrong is told with its JSON path."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from airflow_provider_media.core.errors import ConfigurationError


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """An object of a request.

    :param fields: its fields.
    :param path: its JSON path, such as ``MediaProcessTask.TranscodeTaskSet[0]``; empty for the request itself.
    """

    fields: Mapping[str, Any]
    path: str = ""

    def place(self, name: str) -> str:
        """JSON path of a field."""
        return f"{self.path}.{name}" if self.path else name

    def wrong(self, name: str, why: str) -> ConfigurationError:
        """The error for a field that cannot be honoured."""
        return ConfigurationError(f"ProcessMedia: {self.place(name)} {why}", field=self.place(name))

    def only(self, *allowed: str) -> None:
        """Make sure that there are no other fields; those that are null are not there.

        :raises ConfigurationError: naming the first that is.
        """
        for name, value in self.fields.items():
            if name not in allowed and value is not None:
                raise self.wrong(name, f"is not there; there are {', '.join(sorted(allowed))}")

    def get(self, name: str, default: Any = None) -> Any:
        """A field, or the default where it is not given or null."""
        value = self.fields.get(name)
        return default if value is None else value

    def needed(self, name: str) -> Any:
        """A field.

        :raises ConfigurationError: where it is not given.
        """
        value = self.get(name)
        if value is None:
            raise self.wrong(name, "is needed")
        return value

    def number(self, name: str, default: float = 0) -> float:
        """A number of at least 0; where it is not given the default, which is 0 for most of what the service takes.

        :raises ConfigurationError: where it is none.
        """
        value = self.get(name, default)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or value < 0:
            raise self.wrong(name, f"is {value!r}, and must be a number of at least 0")
        return value

    def flag(self, name: str) -> bool:
        """A switch, which the service writes as 0 or 1.

        :raises ConfigurationError: where it is neither.
        """
        value = self.get(name, 0)
        if value not in (0, 1):
            raise self.wrong(name, f"is {value!r}, and must be 0 or 1")
        return bool(value)

    def one_of(self, name: str, known: Mapping[Any, Any], default: Any = None) -> Any:
        """What a value stands for.

        :raises ConfigurationError: naming those that are known.
        """
        value = self.get(name, default)
        if isinstance(value, (list, dict)) or value not in known:
            raise self.wrong(name, f"is {value!r}; there are {', '.join(map(str, known))}")
        return known[value]

    def part(self, name: str) -> Part:
        """An object inside.

        :raises ConfigurationError: where it is none.
        """
        value = self.needed(name)
        if not isinstance(value, Mapping):
            raise self.wrong(name, "must be an object")
        return Part(fields=value, path=self.place(name))

    def parts(self, name: str, most: int = 0) -> Iterator[Part]:
        """The objects of a list; none where it is not given.

        :param most: how many there may be; 0 for any number.
        :raises ConfigurationError: where it is no list of objects.
        """
        value = self.get(name, [])
        if not isinstance(value, list) or not all(isinstance(each, Mapping) for each in value):
            raise self.wrong(name, "must be a list of objects")
        if most and len(value) > most:
            raise self.wrong(name, f"has {len(value)} entries, and may have {most}")
        for index, each in enumerate(value):
            yield Part(fields=each, path=f"{self.place(name)}[{index}]")
