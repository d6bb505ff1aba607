"""URIs of sources and outputs, and keys that can never leave the location to which they are joined."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from airflow_provider_media.core.errors import ConfigurationError
from airflow_provider_media.core.media.schemes import Capability, Scheme, find_scheme, object_examples, output_examples

KEY_BYTES = 1024
"""Longest key in UTF-8 bytes: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html."""
NAME_BYTES = 255
"""Longest name of a file or a folder in UTF-8 bytes: NAME_MAX of Linux' file systems."""
_NOT_UTF8 = "surrogateescape"
"""Error handler for bytes that are not UTF-8 in file names and addresses; Python's own paths use it, too."""
_DIGEST_CHARACTERS = 16
_DIGEST_END = re.compile(rf"~[0-9a-f]{{{_DIGEST_CHARACTERS}}}$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Uri:
    """A parsed URI.

    Keys in buckets stand unchanged in their URI; paths of files and of the web are percent-encoded (RFC 8089, RFC
    3986).
    """

    scheme: str
    """Name of the scheme, in lower case."""
    authority: str = ""
    """Bucket, or host and port on the web; empty for a path."""
    key: str
    """Decoded key or path, without its leading slash."""

    @property
    def path(self) -> str:
        """Absolute path of a file."""
        return f"/{self.key}"

    def __str__(self) -> str:
        key = self.key if scheme_of(self.scheme).form == "bucket" else quote(self.key, errors=_NOT_UTF8)
        return f"{self.scheme}://{self.authority}/{key}"


@dataclass(frozen=True, slots=True, kw_only=True)
class InputParts:
    """Parts of a source's URI for templates of output keys.

    The parts are always fit for ``join``, and no two keys have the same three parts.
    """

    input_dir: str
    """Folder of the source below its bucket or host, ending in ``/``; empty at the top."""
    input_name: str
    """File name without its extension."""
    input_format: str
    """Extension as it is written, without its dot."""


def parse(uri: str) -> Uri:
    """Parse a URI; a plain path is the path of a file.

    :raises ConfigurationError: when the URI has no known scheme or not its form, or holds a NUL character.
    """
    if "\0" in uri:
        raise ConfigurationError("The URI holds a NUL character; remove it.")
    name, separator, rest = uri.partition("://")
    if not separator:
        return _parse_path(uri)
    scheme = find_scheme(name)
    authority, _, key = rest.partition("/")
    match scheme and scheme.form:
        case "bucket" if authority and "@" not in authority:
            return Uri(scheme=name.lower(), authority=authority, key=key)
        case "path" if authority in {"", "localhost"}:
            return Uri(scheme=name.lower(), key=_unquoted(key))
        case "web" if authority:
            return _parse_web(uri)
    return _refuse(uri)


def scheme_of(name: str) -> Scheme:
    """Return the scheme of a parsed URI, by the name of the scheme.

    :raises ConfigurationError: when there is none.
    """
    scheme = find_scheme(name)
    if scheme is None:
        raise ConfigurationError(f"There is no scheme {name}://; use {object_examples()}.")
    return scheme


def is_below(uri: str, place: str) -> bool:
    """Return whether a URI lies in a bucket, folder or site, or below a prefix of it.

    A URI with ``.`` or ``..`` in its path never does.

    :param place: URI that ends in ``/``, as in ``s3://bucket/`` or ``https://host/films/``.
    :raises ConfigurationError: when either argument is no URI.
    """
    what, where = parse(uri), parse(place)
    climbs = {".", ".."} & set(what.key.split("/"))
    return (
        (what.scheme, what.authority) == (where.scheme, where.authority)
        and what.key.startswith(where.key)
        and not climbs
    )


def local_path(uri: str) -> Path | None:
    """Return the path of a URI that names a file of this machine; None for any other URI."""
    location = parse(uri)
    return Path(location.path) if Capability.IN_PLACE in scheme_of(location.scheme).capabilities else None


def is_on_web(uri: str) -> bool:
    """Return whether a URI is on the web, where every query is a request for the whole file."""
    return scheme_of(parse(uri).scheme).form == "web"


def _parse_path(path: str) -> Uri:
    if not path:
        return _refuse(path)
    slash = "/" if path.endswith("/") else ""
    return Uri(scheme="file", key=(str(Path(path).absolute()) + slash).lstrip("/"))


def _parse_web(uri: str) -> Uri:
    try:
        parts = urlsplit(uri)
        host = parts.netloc.rpartition("@")[2].lower()
        return Uri(scheme=parts.scheme.lower(), authority=host, key=_unquoted(parts.path.removeprefix("/")))
    except ValueError:
        return _refuse(uri)


def _unquoted(path: str) -> str:
    return unquote(path, errors=_NOT_UTF8)


def _refuse(uri: str) -> Uri:
    raise ConfigurationError(
        f"{redact(uri)!r} is not a URI that can be read or written; use a plain path, {object_examples()}."
    )


def redact(uri: str) -> str:
    """Return the URI for logs and errors: without credentials, and outside buckets and paths without query and
    fragment.
    """
    name, separator, rest = uri.partition("://")
    form = _form(name)
    if not separator or form == "path":
        return uri
    shown = rest if form == "bucket" else re.split(r"[?#]", rest, maxsplit=1)[0]
    authority, slash, path = shown.partition("/")
    if not slash and "@" in rest[len(shown) :]:  # credentials that hold a '?' or '#' themselves
        return f"{name}://…"
    return f"{name}://{authority.rpartition('@')[2]}{slash}{path}"


_URL_IN_TEXT = re.compile(r"""https?:(?:\\?/){2}[^\s"'<>]+""", re.IGNORECASE)  # JSON may escape slashes


def redact_urls(text: str) -> str:
    """Return a text whose URLs have no credentials, query or fragment."""
    return _URL_IN_TEXT.sub(lambda found: redact(found[0].replace("\\/", "/")), text)


def file_name(uri: str) -> str:
    """Return the last part of a URI for people: decoded, and without query and fragment; empty at the top."""
    try:
        name = parse(redact(uri)).key.rstrip("/").rpartition("/")[2]
    except ConfigurationError:  # the name is only shown
        name = redact(uri).rstrip("/").rpartition("/")[2]
    # A lone surrogate cannot be encoded as UTF-8 in an answer.
    return name.encode(errors="replace").decode()


def _form(name: str) -> str:
    """Return the form of a scheme's URIs, and that of the web for an unknown scheme."""
    try:
        scheme = find_scheme(name)
    except ConfigurationError:  # of a distribution whose row cannot be loaded; this is no place to report it
        scheme = None
    return scheme.form if scheme else "web"


def join(location: str, key: str) -> str:
    """Return the URI of a key below a location; the key can never leave the location.

    :param location: URI of a bucket and prefix, or of a folder, with or without a trailing slash.
    :param key: relative key such as ``show/720p.mp4``.
    :raises ConfigurationError: when outputs cannot be written to the location; when the key is absolute, empty or too
        long, or holds ``.``, ``..``, empty segments, backslashes or control characters; when a name below a folder is
        longer than file systems take.
    """
    base = parse(location)
    scheme = scheme_of(base.scheme)
    if not scheme.takes_outputs:
        raise ConfigurationError(f"Outputs cannot be written to {redact(location)!r}; use {output_examples()}.")
    _check_key(key)
    prefix = base.key if not base.key or base.key.endswith("/") else f"{base.key}/"
    if len((prefix + key).encode()) > KEY_BYTES:
        raise ConfigurationError(
            f"The key {prefix + key!r} is longer than {KEY_BYTES} bytes; shorten the path template or the prefix."
        )
    if scheme.form == "path" and any(len(name.encode()) > NAME_BYTES for name in key.split("/")):
        raise ConfigurationError(
            f"The key {key!r} holds a name longer than {NAME_BYTES} bytes; shorten the path template."
        )
    return str(Uri(scheme=base.scheme, authority=base.authority, key=prefix + key))


def _check_key(key: str) -> None:
    segments = key.split("/")
    problem = (
        "is empty" * (not key)
        or "begins with a slash" * key.startswith("/")
        or "has an empty segment" * ("" in segments)
        or "has a segment '.' or '..'" * bool({".", ".."} & set(segments))
        or "holds a backslash or a control character" * any(map(_is_unsafe, key))
    )
    if problem:
        raise ConfigurationError(f"The key {key!r} {problem}; write a relative key such as 'show/720p.mp4'.")


def _is_unsafe(character: str) -> bool:
    # Cc: control characters. Cs: half a surrogate pair, which has no UTF-8. Zl, Zp: line ends that could forge lines of
    # logs and playlists.
    return character == "\\" or unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"}


def input_parts(uri: str) -> InputParts:
    """Return the folder, name and extension of a source, fit for output keys; ordinary names stay unchanged.

    :raises ConfigurationError: when the URI names no file.
    """
    *folders, file = parse(uri).key.split("/")
    if not file:
        raise ConfigurationError(f"{redact(uri)!r} names a folder; name one file in it.")
    dot = file.rfind(".")
    # A dot at the beginning hides a file, and one at the end is part of its name.
    name, extension = (file[:dot], file[dot + 1 :]) if 0 < dot < len(file) - 1 else (file, "")
    return InputParts(
        input_dir="".join(f"{_safe(folder)}/" for folder in folders),
        input_name=_safe(name),
        input_format=_safe(extension) if extension else "",
    )


def shortened(name: str, most: int) -> str:
    """Return a name in at most ``most`` bytes of UTF-8: unchanged where it fits, else shortened with a digest of it."""
    if len(name.encode()) <= most:
        return name
    beginning = name.encode()[: max(0, most - _DIGEST_CHARACTERS - 1)].decode(errors="ignore")
    return _with_digest(beginning, name)


def _safe(segment: str) -> str:
    """Return a segment that a key may hold; a changed segment gets the original's digest, to stay distinct.

    A segment that already ends like a digest gets another digest, so that no file passes for another's replacement.
    """
    if segment in {"", ".", ".."}:
        return _with_digest("_", segment)
    safe = "".join("_" if _is_unsafe(character) else character for character in segment)
    if safe != segment or _DIGEST_END.search(segment):
        safe = _with_digest(safe, segment)
    return shortened(safe, NAME_BYTES)


def _with_digest(name: str, original: str) -> str:
    # Halves of surrogate pairs have no UTF-8, but must stay distinct.
    digest = hashlib.sha256(original.encode(errors="surrogatepass")).hexdigest()[:_DIGEST_CHARACTERS]
    return f"{name}~{digest}"
