"""Regular expressions that tenants write, matched by RE2 in time that grows with the text alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, islice
from typing import Any

from airflow_provider_media.core.statelang.limits import TEXT_CHARACTERS

_REFERENCE = re.compile(r"\\g<(\d+)>")
_SURROGATE = re.compile("[\ud800-\udfff]")
_INLINE = {re.IGNORECASE: "i", re.MULTILINE: "m", re.DOTALL: "s"}


class PatternUnreadable(Exception):
    """A text is no regular expression, or one that cannot be matched in linear time, such as a back reference."""


class ReplacementTooLong(Exception):
    """A text has grown beyond ``TEXT_CHARACTERS`` by its replacements."""


@dataclass(frozen=True, slots=True)
class LinearPattern:
    """A compiled pattern with as much of the interface of ``re.Pattern`` as the evaluators of expressions call.

    :param pattern: the text.
    :param compiled: RE2's pattern.
    """

    pattern: str
    compiled: Any

    def search(self, string: str) -> Any:
        """The first match, or ``None``."""
        return self.compiled.search(_unicode(string))

    def fullmatch(self, string: str) -> Any:
        """The match of the whole text, or ``None``."""
        return self.compiled.fullmatch(_unicode(string))

    def finditer(self, string: str) -> Iterator[Any]:
        """All matches, one after the other."""
        # google-re2 gives some empty matches twice, such as those of \b and of ^ in several lines.
        for _, same in groupby(self.compiled.finditer(_unicode(string)), key=lambda match: match.span()):
            yield next(same)

    def split(self, string: str, maxsplit: int = 0) -> list[Any]:
        """The pieces between matches, with what groups have matched."""
        pieces: list[Any] = []
        position = 0
        for match in islice(self.finditer(string), maxsplit or None):
            pieces += [string[position : match.start()], *match.groups()]
            position = match.end()
        return [*pieces, string[position:]]

    def sub(self, repl: str | Callable[[Any], str], string: str, count: int = 0) -> str:
        r"""The text with matches replaced; in a replacement ``\g<1>`` is the first group.

        :raises re.error: when there is no such group.
        :raises ReplacementTooLong: when the text grows too long.
        """
        pieces: list[str] = []
        position = length = 0
        for match in islice(self.finditer(string), count or None):
            replacement = repl(match) if callable(repl) else self._expanded(repl, match)
            pieces += [string[position : match.start()], replacement]
            length += len(replacement)
            # RE2 limits the memory of a match, and not that of what is made of its matches.
            if length > TEXT_CHARACTERS:
                raise ReplacementTooLong(f"a text must not be longer than {TEXT_CHARACTERS} characters")
            position = match.end()
        return "".join([*pieces, string[position:]])

    def _expanded(self, template: str, match: Any) -> str:
        def group(found: re.Match[str]) -> str:
            number = int(found.group(1)[:9])
            if number > self.compiled.groups:
                # jsonata-python reads this message, and tries a smaller number then.
                raise re.error(f"invalid group reference {found.group(1)}", template, found.start(1))
            return match.group(number) or ""

        return _REFERENCE.sub(group, template)


@lru_cache(maxsize=512)
def compile_pattern(pattern: str, flags: int = 0) -> LinearPattern:
    """Compile a pattern.

    :param flags: those of :mod:`re` for case, lines and dots.
    :raises PatternUnreadable: when RE2 does not accept it (https://github.com/google/re2/wiki/Syntax).
    """
    import re2

    options = re2.Options()
    options.log_errors = False  # the error says it, and absl would write it to stderr
    inline = "".join(letter for flag, letter in _INLINE.items() if flags & flag)
    try:
        return LinearPattern(pattern, re2.compile((f"(?{inline})" if inline else "") + pattern, options))
    except (re2.error, UnicodeEncodeError) as error:
        reason = error.args[0].decode() if error.args and isinstance(error.args[0], bytes) else str(error)
        message = f"the regular expression {pattern[:100]!r} cannot be matched in linear time: {reason}"
        raise PatternUnreadable(f"{message}; write one in the syntax of RE2") from error


def _unicode(string: str) -> str:
    """A text of the same length without halves of surrogate pairs, which JSON may hold and UTF-8 may not."""
    return _SURROGATE.sub("\ufffd", string)
