"""Regular expressions of tenants. RE2 matches them in time linear in the length of the text."""

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
    """A text is no regular expression, or RE2 cannot match it in linear time, such as a back reference."""


class ReplacementTooLong(Exception):
    """Replacements made a text longer than ``TEXT_CHARACTERS``."""


@dataclass(frozen=True, slots=True)
class LinearPattern:
    """A compiled pattern with the part of ``re.Pattern``'s interface that the expression evaluators call.

    :param pattern: the pattern's text.
    :param compiled: the compiled RE2 pattern.
    """

    pattern: str
    compiled: Any

    def search(self, string: str) -> Any:
        """Return the first match, or ``None``."""
        return self.compiled.search(_unicode(string))

    def fullmatch(self, string: str) -> Any:
        """Return the match of the whole text, or ``None``."""
        return self.compiled.fullmatch(_unicode(string))

    def finditer(self, string: str) -> Iterator[Any]:
        """Yield all matches in order."""
        # google-re2 returns some empty matches twice, such as the matches of \b and of ^ in several lines.
        for _, same in groupby(self.compiled.finditer(_unicode(string)), key=lambda match: match.span()):
            yield next(same)

    def split(self, string: str, maxsplit: int = 0) -> list[Any]:
        """Return the pieces between matches, with the texts of the groups between the pieces."""
        pieces: list[Any] = []
        position = 0
        for match in islice(self.finditer(string), maxsplit or None):
            pieces += [string[position : match.start()], *match.groups()]
            position = match.end()
        return [*pieces, string[position:]]

    def sub(self, repl: str | Callable[[Any], str], string: str, count: int = 0) -> str:
        r"""Return the text with its matches replaced; ``\g<1>`` in a replacement is the first group.

        :raises re.error: when the pattern has no such group.
        :raises ReplacementTooLong: when the result becomes too long.
        """
        pieces: list[str] = []
        position = length = 0
        for match in islice(self.finditer(string), count or None):
            replacement = repl(match) if callable(repl) else self._expanded(repl, match)
            pieces += [string[position : match.start()], replacement]
            length += len(replacement)
            # RE2 limits the memory of a match, but not the memory of the text made from the matches.
            if length > TEXT_CHARACTERS:
                raise ReplacementTooLong(f"a text must not be longer than {TEXT_CHARACTERS} characters")
            position = match.end()
        return "".join([*pieces, string[position:]])

    def _expanded(self, template: str, match: Any) -> str:
        def group(found: re.Match[str]) -> str:
            number = int(found.group(1)[:9])
            if number > self.compiled.groups:
                # jsonata-python parses this message and then tries a smaller number.
                raise re.error(f"invalid group reference {found.group(1)}", template, found.start(1))
            return match.group(number) or ""

        return _REFERENCE.sub(group, template)


@lru_cache(maxsize=512)
def compile_pattern(pattern: str, flags: int = 0) -> LinearPattern:
    """Compile a pattern.

    :param flags: flags of :mod:`re`: ``IGNORECASE``, ``MULTILINE`` and ``DOTALL``.
    :raises PatternUnreadable: when RE2 does not accept the pattern (https://github.com/google/re2/wiki/Syntax).
    """
    import re2

    options = re2.Options()
    options.log_errors = False  # the exception holds the reason; absl would also write it to stderr
    inline = "".join(letter for flag, letter in _INLINE.items() if flags & flag)
    try:
        return LinearPattern(pattern, re2.compile((f"(?{inline})" if inline else "") + pattern, options))
    except (re2.error, UnicodeEncodeError) as error:
        reason = error.args[0].decode() if error.args and isinstance(error.args[0], bytes) else str(error)
        message = f"the regular expression {pattern[:100]!r} cannot be matched in linear time: {reason}"
        raise PatternUnreadable(f"{message}; write one in the syntax of RE2") from error


def _unicode(string: str) -> str:
    """Replace lone surrogates, which JSON allows and UTF-8 does not; the text keeps its length."""
    return _SURROGATE.sub("\ufffd", string)
