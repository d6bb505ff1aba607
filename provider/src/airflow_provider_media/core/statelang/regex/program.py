"""A regular expression as instructions of Thompson's NFA; Python's own parser reads it."""

from __future__ import annotations

import re
import re._constants as ops  # type: ignore[import-not-found]  # the standard library has no types for it
import re._parser as parser  # type: ignore[import-not-found]  # as above
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

INSTRUCTIONS = 5_000
"""Counted repetitions are written out; a program must not grow without bound."""
CharacterTest = Callable[[str], bool]


class PatternUnreadable(ValueError):
    """A text is no regular expression, or none that can be matched in linear time."""


@dataclass(slots=True)
class Character:
    """Take one character that passes a test."""

    test: CharacterTest


@dataclass(slots=True)
class Split:
    """Go on at several places; the first is preferred."""

    targets: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Save:
    """Remember the position as the beginning or end of a group."""

    slot: int


@dataclass(slots=True)
class Assertion:
    """Go on only at such a position of the text."""

    test: Callable[[str, int], bool]


class Accept:
    """The pattern has matched."""


Instruction = Character | Split | Save | Assertion | Accept


@dataclass(frozen=True, slots=True, kw_only=True)
class RegexProgram:
    """What a pattern is compiled to.

    :param instructions: the NFA; a Save, Assertion or Character goes on with the next one.
    :param groups: how many groups it captures.
    :param repeats: how many repetitions it holds; two at least where one stands inside another, or round a choice.
    """

    instructions: tuple[Instruction, ...]
    groups: int
    repeats: int


def program_of(pattern: str, flags: int) -> RegexProgram:
    """Compile a pattern.

    :raises PatternUnreadable: where it is none, or holds what needs backtracking: back references, lookaround, atomic groups.
    """
    try:
        parsed = parser.parse(pattern, flags)
    except (re.error, RecursionError, OverflowError) as error:
        raise PatternUnreadable(f"the regular expression cannot be read: {error}") from error
    # Flags may stand inside the pattern, such as (?i).
    compiler = _Compiler(parsed.state.flags)
    try:
        compiler.sequence(parsed)
    except RecursionError as error:
        raise PatternUnreadable("the regular expression is nested too deeply") from error
    compiler.emit(Accept())
    return RegexProgram(instructions=tuple(compiler.code), groups=parsed.state.groups - 1, repeats=compiler.repeats)


class _Compiler:
    def __init__(self, flags: int) -> None:
        self.flags = flags
        self.code: list[Instruction] = []
        self.repeats = 0

    def emit(self, instruction: Instruction) -> int:
        if len(self.code) >= INSTRUCTIONS:
            raise PatternUnreadable(f"the regular expression takes more than {INSTRUCTIONS} instructions; use smaller repetitions")
        self.code.append(instruction)
        return len(self.code) - 1

    def sequence(self, items: Iterable[Any]) -> None:
        for operation, argument in items:
            self.item(operation, argument)

    def item(self, operation: Any, argument: Any) -> None:
        if operation in _CHARACTERS:
            self.emit(Character(_character(operation, argument, self.flags)))
        elif operation in (ops.MAX_REPEAT, ops.MIN_REPEAT):
            self.repeat(*argument, greedy=operation is ops.MAX_REPEAT)
        elif operation is ops.BRANCH:
            self.branch(argument[1])
        elif operation is ops.SUBPATTERN:
            self.group(*argument)
        elif operation is ops.AT:
            self.emit(Assertion(_position(argument, self.flags)))
        else:
            name = str(operation).lower().replace("_", " ")
            raise PatternUnreadable(f"the regular expression holds a {name}, which cannot be matched in linear time")

    def group(self, number: int | None, added: int, removed: int, items: Iterable[Any]) -> None:
        before = self.flags
        self.flags = (self.flags | added) & ~removed
        if number is not None:
            self.emit(Save(2 * number))
        self.sequence(items)
        if number is not None:
            self.emit(Save(2 * number + 1))
        self.flags = before

    def branch(self, branches: list[Any]) -> None:
        split = Split()
        self.emit(split)
        ends = []
        for items in branches:
            split.targets.append(len(self.code))
            self.sequence(items)
            end = Split()
            self.emit(end)
            ends.append(end)
        for end in ends:
            end.targets.append(len(self.code))

    def repeat(self, least: int, most: Any, items: Any, *, greedy: bool) -> None:
        simple = len(items) == 1 and items[0][0] in _CHARACTERS
        self.repeats += 1 if simple else 2
        for _ in range(least):
            self.sequence(items)
        if most is ops.MAXREPEAT:
            split = Split()
            begin = self.emit(split)
            self.sequence(items)
            self.emit(Split([begin]))
            self._choose(split, begin + 1, greedy=greedy)
            return
        splits = []
        for _ in range(most - least):
            split = Split()
            splits.append((split, self.emit(split)))
            self.sequence(items)
        for split, begin in splits:
            self._choose(split, begin + 1, greedy=greedy)

    def _choose(self, split: Split, inside: int, *, greedy: bool) -> None:
        after = len(self.code)
        split.targets = [inside, after] if greedy else [after, inside]


_CHARACTERS = frozenset({ops.LITERAL, ops.NOT_LITERAL, ops.ANY, ops.IN})
_CATEGORIES: dict[Any, CharacterTest] = {
    ops.CATEGORY_DIGIT: str.isdecimal,
    ops.CATEGORY_NOT_DIGIT: lambda mark: not mark.isdecimal(),
    ops.CATEGORY_SPACE: str.isspace,
    ops.CATEGORY_NOT_SPACE: lambda mark: not mark.isspace(),
    ops.CATEGORY_WORD: lambda mark: mark.isalnum() or mark == "_",
    ops.CATEGORY_NOT_WORD: lambda mark: not (mark.isalnum() or mark == "_"),
}


def _character(operation: Any, argument: Any, flags: int) -> CharacterTest:
    if operation is ops.ANY:
        return (lambda _: True) if flags & re.DOTALL else (lambda mark: mark != "\n")
    negated = operation is ops.NOT_LITERAL
    items = argument if operation is ops.IN else [(ops.LITERAL, argument)]
    if items and items[0][0] is ops.NEGATE:
        negated, items = True, items[1:]
    test = _any_of(items)
    if flags & re.IGNORECASE:
        plain = test
        test = lambda mark: plain(mark) or plain(mark.lower()) or plain(mark.upper())  # noqa: E731  one of several
    return (lambda mark: not test(mark)) if negated else test


def _any_of(items: Iterable[Any]) -> CharacterTest:
    literals = frozenset(chr(argument) for operation, argument in items if operation is ops.LITERAL)
    ranges = tuple((chr(argument[0]), chr(argument[1])) for operation, argument in items if operation is ops.RANGE)
    categories = tuple(_CATEGORIES[argument] for operation, argument in items if operation is ops.CATEGORY)

    def test(mark: str) -> bool:
        if len(mark) != 1:
            return False  # the other case of a letter may be two letters
        return mark in literals or any(low <= mark <= high for low, high in ranges) or any(one(mark) for one in categories)

    return test


def _is_word(text: str, position: int) -> bool:
    return 0 <= position < len(text) and (text[position].isalnum() or text[position] == "_")


def _position(kind: Any, flags: int) -> Callable[[str, int], bool]:
    lines = bool(flags & re.MULTILINE)
    if kind is ops.AT_BEGINNING and lines:
        return lambda text, at: at == 0 or text[at - 1] == "\n"
    if kind is ops.AT_END and lines:
        return lambda text, at: at == len(text) or text[at] == "\n"
    if kind is ops.AT_END:
        return lambda text, at: at == len(text) or (at == len(text) - 1 and text[at] == "\n")
    if kind in (ops.AT_BEGINNING, ops.AT_BEGINNING_STRING):
        return lambda _, at: at == 0
    if kind is ops.AT_END_STRING:
        return lambda text, at: at == len(text)
    differs = kind is ops.AT_BOUNDARY
    return lambda text, at: (_is_word(text, at - 1) != _is_word(text, at)) is differs
