"""Matching with Thompson's NFA: all ways at once, one character after the other, and never back (Pike's virtual machine)."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from airflow_provider_media.core.statelang.regex.program import (
    Accept,
    Assertion,
    Character,
    PatternUnreadable,
    RegexProgram,
    Save,
    Split,
    program_of,
)

STEPS = 1_500_000
"""Steps of one call, or of all calls of one filter: some two seconds."""
SHORT_CHARACTERS = 10_000
"""Up to here even a search that begins anew at each character is quick."""
RESULT_CHARACTERS = 1_048_576
_REFERENCE = re.compile(r"\\g<(\d+)>")
Slots = tuple[int, ...]


class Steps(threading.local):
    """Steps that are left to this thread while several calls share them; ``None`` where each call has its own."""

    left: int | None = None


_SHARED = Steps()


@contextmanager
def shared_steps() -> Iterator[None]:
    """Let all matches inside share the steps of one call."""
    outer = _SHARED.left
    _SHARED.left = STEPS if outer is None else outer
    try:
        yield
    finally:
        _SHARED.left = outer


class MatchTooCostly(Exception):
    """A match takes more steps, or gives a longer text, than allowed."""


@dataclass(frozen=True, slots=True)
class LinearMatch:
    """A match, with as much of the interface of ``re.Match`` as evaluators of expressions use."""

    string: str
    slots: Slots

    def start(self, group: int = 0) -> int:
        """Where a group begins, or -1."""
        return self.slots[2 * group]

    def end(self, group: int = 0) -> int:
        """Where a group ends, or -1."""
        return self.slots[2 * group + 1]

    def group(self, group: int = 0) -> str | None:
        """What a group has matched."""
        begin, end = self.start(group), self.end(group)
        return None if begin < 0 or end < 0 else self.string[begin:end]

    def groups(self) -> tuple[str | None, ...]:
        """What all groups have matched."""
        return tuple(self.group(number) for number in range(1, len(self.slots) // 2))

    def groupdict(self) -> dict[str, str | None]:
        """Groups have no names here."""
        return {}


@dataclass(frozen=True, slots=True)
class LinearPattern:
    """A compiled pattern, with the interface of ``re.Pattern``.

    :param pattern: the text.
    :param flags: as in :mod:`re`.
    :param program: the NFA.
    :param plain: Python's own pattern, for the texts with which it is quick.
    """

    pattern: str
    flags: int
    program: RegexProgram
    plain: re.Pattern[str]

    def search(self, string: str) -> Any:
        """The first match, or ``None``."""
        return self.plain.search(string) if self._is_plain(string) else _Machine(self.program, string).match(0)

    def fullmatch(self, string: str) -> Any:
        """The match of the whole text, or ``None``."""
        return self.plain.fullmatch(string) if self._is_plain(string) else _Machine(self.program, string, whole=True).match(0)

    def finditer(self, string: str) -> Iterator[Any]:
        """All matches, one after the other."""
        return self.plain.finditer(string) if self._is_plain(string) else self._matches(string)

    def sub(self, repl: str | Callable[[Any], str], string: str, count: int = 0) -> str:
        r"""The text with matches replaced; in a replacement ``\g<1>`` is the first group.

        :raises re.error: where there is no such group.
        :raises MatchTooCostly: where the text grows too long.
        """
        pieces: list[str] = []
        position = length = 0
        for number, match in enumerate(self.finditer(string), 1):
            put = repl(match) if callable(repl) else self._expanded(repl, match)
            pieces += [string[position : match.start()], put]
            length += len(put)
            if length > RESULT_CHARACTERS:
                raise MatchTooCostly(f"a text must not be longer than {RESULT_CHARACTERS} characters")
            position = match.end()
            if number == count:
                break
        return "".join([*pieces, string[position:]])

    def split(self, string: str, maxsplit: int = 0) -> list[str | None]:
        """The pieces between matches, with what groups have matched."""
        pieces: list[str | None] = []
        position = 0
        for number, match in enumerate(self.finditer(string), 1):
            pieces += [string[position : match.start()], *match.groups()]
            position = match.end()
            if number == maxsplit:
                break
        return [*pieces, string[position:]]

    def _is_plain(self, string: str) -> bool:
        repeats = self.program.repeats
        return repeats == 0 or (repeats == 1 and len(string) <= SHORT_CHARACTERS)

    def _matches(self, string: str) -> Iterator[LinearMatch]:
        machine = _Machine(self.program, string)
        position, last = 0, -1
        while position <= len(string):
            match = machine.match(position, not_empty_at=last)
            if match is None:
                return
            yield match
            # As Python does it: an empty match may follow a longer one, but not another empty one.
            position = match.end()
            last = position if match.start() == position else -1

    def _expanded(self, template: str, match: Any) -> str:
        def group(found: re.Match[str]) -> str:
            number = int(found.group(1)[:9])
            if number > self.program.groups:
                # The library reads this message to take a smaller number.
                raise re.error(f"invalid group reference {found.group(1)}", template, found.start(1))
            return match.group(number) or ""

        return _REFERENCE.sub(group, template)


class _Machine:
    """One call's walk through a text."""

    def __init__(self, program: RegexProgram, text: str, *, whole: bool = False) -> None:
        self.code = program.instructions
        self.text = text
        self.whole = whole
        self.empty: Slots = (-1,) * (2 * program.groups + 2)
        self.left = STEPS if _SHARED.left is None else _SHARED.left

    def match(self, begin: int, *, not_empty_at: int = -1) -> LinearMatch | None:
        """The leftmost match from a position on; the ways are kept in the order in which backtracking would try them."""
        ways: list[tuple[int, Slots]] = []
        found: Slots | None = None
        for position in range(begin, len(self.text) + 1):
            starts = found is None and (position == 0 or not self.whole)
            if not ways and not starts:
                break
            ways, found = self._advance(ways, position, found, starts=starts, not_empty_at=not_empty_at)
        if _SHARED.left is not None:
            _SHARED.left = self.left
        return None if found is None else LinearMatch(self.text, found)

    def _advance(
        self, ways: list[tuple[int, Slots]], position: int, found: Slots | None, *, starts: bool, not_empty_at: int
    ) -> tuple[list[tuple[int, Slots]], Slots | None]:
        seen: set[int] = set()
        reached: list[tuple[int, Slots]] = []
        for place, slots in ways:
            self._follow(place, slots, position, seen, reached)
        if starts:
            self._follow(0, (position, *self.empty[1:]), position, seen, reached)
        mark = self.text[position] if position < len(self.text) else None
        following: list[tuple[int, Slots]] = []
        for place, slots in reached:
            instruction = self.code[place]
            if isinstance(instruction, Character):
                if mark is not None and instruction.test(mark):
                    following.append((place + 1, slots))
            elif (mark is None or not self.whole) and not slots[0] == position == not_empty_at:
                # What was preferred to this way has been followed already, what was not is of no interest any more.
                return following, (slots[0], position, *slots[2:])
        return following, found

    def _follow(self, place: int, slots: Slots, position: int, seen: set[int], reached: list[tuple[int, Slots]]) -> None:
        """All characters and ends that can be reached without a character, in the order of preference."""
        ahead = [(place, slots)]
        while ahead:
            place, slots = ahead.pop()
            if place in seen:
                continue
            seen.add(place)
            self._count()
            instruction = self.code[place]
            if isinstance(instruction, Split):
                ahead.extend((target, slots) for target in reversed(instruction.targets))
            elif isinstance(instruction, Save):
                ahead.append((place + 1, (*slots[: instruction.slot], position, *slots[instruction.slot + 1 :])))
            elif isinstance(instruction, Assertion):
                if instruction.test(self.text, position):
                    ahead.append((place + 1, slots))
            else:
                assert isinstance(instruction, (Character, Accept))  # noqa: S101  there is no other
                reached.append((place, slots))

    def _count(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise MatchTooCostly(f"the regular expression takes more than {STEPS} steps with this text")


@lru_cache(maxsize=512)
def compile_pattern(pattern: str, flags: int = 0) -> LinearPattern:
    """Read a pattern.

    :param flags: as in :mod:`re`.
    :raises PatternUnreadable: where it is none, or cannot be matched in linear time.
    """
    program = program_of(pattern, flags)
    try:
        return LinearPattern(pattern, flags, program, re.compile(pattern, flags))
    except (re.error, RecursionError, OverflowError) as error:
        raise PatternUnreadable(f"the regular expression cannot be read: {error}") from error
