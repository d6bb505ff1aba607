"""The journal of an execution in a key-value store: a head, then records that never change.

Each record has its own key (``0002.0017``), so each write is atomic. A store that cannot list its keys is read key by
key, which takes long for long journals. A full page of records is therefore sealed under one key (``0002``), and the
keys of its records are deleted. A crash between these two steps leaves records that are never read again.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from airflow_provider_media.core.statelang.jsontext import Json, compact

HEAD = "head"
PAGE_RECORDS = 64
PAGE_CHARACTERS = 1_000_000
"""A page is sealed early when its records are longer than this."""

Record = dict[str, Json]


class Store(Protocol):
    """A key-value store that outlives the process. A value is JSON and never ``None``."""

    def get(self, key: str, default: Json = None) -> Json:
        """Return the value of a key."""
        ...

    def set(self, key: str, value: Json) -> None:
        """Write a value; the value is durable when this method returns."""
        ...

    def delete(self, key: str) -> None:
        """Delete a key."""
        ...


class Journal:
    """The journal in a store.

    :param store: the store.
    :ivar head: the first record that was written; ``None`` when the store is empty.
    :ivar records: all further records in order.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self.head: Record | None = store.get(HEAD)
        self.records: list[Record] = []
        self._page = 0
        self._loose: list[Record] = []
        self._characters = 0
        if self.head is not None:
            self._read()

    def begin(self, head: Record) -> None:
        """Write the head of an empty journal."""
        self.store.set(HEAD, head)
        self.head = head

    def append(self, record: Record) -> None:
        """Write a record."""
        self.store.set(self._key(len(self._loose)), record)
        self.records.append(record)
        self._loose.append(record)
        self._characters += len(compact(record))
        if len(self._loose) >= PAGE_RECORDS or self._characters > PAGE_CHARACTERS:
            self._seal()

    def _read(self) -> None:
        while (page := self.store.get(_page_key(self._page))) is not None:
            self.records += page
            self._page += 1
        self._loose = list(self._read_loose())
        self.records += self._loose
        self._characters = sum(len(compact(record)) for record in self._loose)

    def _read_loose(self) -> Iterator[Record]:
        number = 0
        while (record := self.store.get(self._key(number))) is not None:
            yield record
            number += 1

    def _seal(self) -> None:
        keys = [self._key(number) for number in range(len(self._loose))]
        self.store.set(_page_key(self._page), self._loose)
        self._page, self._loose, self._characters = self._page + 1, [], 0
        for key in keys:
            self.store.delete(key)

    def _key(self, number: int) -> str:
        return f"{_page_key(self._page)}.{number:04}"


def _page_key(number: int) -> str:
    return f"{number:04}"
