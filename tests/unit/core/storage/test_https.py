import hashlib
import itertools
import logging
import re
import ssl
from contextlib import contextmanager, suppress
from dataclasses import replace

import pytest

from airflow_provider_media.core.errors import ConfigurationError
from airflow_provider_media.core.media.errors import (
    SourceError,
    SourceForbidden,
    SourceNotFound,
    SourceTooLarge,
    SourceUnreachable,
)
from airflow_provider_media.core.storage import https
from airflow_provider_media.core.storage.errors import StorageError
from airflow_provider_media.core.storage.guard import admit
from airflow_provider_media.core.storage.https import HttpsStorage, fetch
from tests.web import QUICK, Server

BODY = bytes(range(256)) * 4000


@pytest.fixture
def server():
    with Server() as running:
        yield running


@pytest.fixture
def path(tmp_path):
    return tmp_path / "work" / "source"


@pytest.fixture(autouse=True)
def folder(path):
    path.parent.mkdir()
    yield path.parent
    assert not list(path.parent.glob("*.part"))


@contextmanager
def refused(error, path, match=None):
    with pytest.raises(error, match=match) as caught:
        yield caught
    assert "5ECRET" not in str(caught.value)
    assert "127.0.0.1" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert not path.exists()


def test_a_source_arrives_whole_with_its_version_and_progress(server, path):
    server.answer = lambda handler: handler.send(200, BODY, ETag='"v1"', Last_Modified="Sun, 22 Nov 2026 04:00:00 GMT")
    seen = []
    info = fetch(server.url("/clip.mp4?sig=5ECRET"), path, progress=seen.append, **server.options)
    assert path.read_bytes() == BODY
    assert (info.uri, info.size, info.version, info.modified) == (server.url(), len(BODY), '"v1"', 1795320000.0)
    assert seen[-1] == len(BODY)
    assert server.requests[0]["path"] == "/clip.mp4?sig=5ECRET"
    assert server.requests[0]["Host"] == f"media.test:{server.port}"


def test_neither_cookies_nor_credentials_of_the_environment_are_sent(server, path, monkeypatch, tmp_path):
    (tmp_path / "netrc").write_text("machine media.test login user password 5ECRET\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9/")
    location = server.url("/next")
    server.answer = lambda handler: (
        handler.send(302, Location=location, Set_Cookie="id=5ECRET")
        if handler.path == "/clip.mp4"
        else handler.send(200, BODY)
    )
    fetch(server.url(), path, **server.options)
    assert len(server.requests) == 2
    assert not {"Cookie", "Authorization"} & {name for request in server.requests for name in request}


def test_a_signed_url_is_never_logged(server, path, caplog):
    caplog.set_level(logging.DEBUG)
    server.answer = lambda handler: handler.send(200, BODY)
    fetch(server.url("/clip.mp4?sig=5ECRET"), path, **server.options)
    assert "5ECRET" not in caplog.text


def test_three_redirects_are_followed_and_a_fourth_is_not(server, path):
    def answer(handler):
        left = int(handler.path.rpartition("/")[2])
        handler.send(302, Location=f"/{left - 1}") if left else handler.send(200, BODY)

    server.answer = answer
    assert fetch(server.url("/3"), path, **server.options).size == len(BODY)
    path.unlink()
    with refused(SourceForbidden, path, "more than 3 times"):
        fetch(server.url("/4"), path, **server.options)


@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.1:{canary}/5ECRET",
        "https://127.0.0.1/5ECRET",
        "file:///etc/5ECRET",
        "http://u:5ECRET@media.test:{port}/",
    ],
)
def test_a_redirect_is_checked_like_the_first_address(server, path, location):
    with Server() as canary:
        server.answer = lambda handler: handler.send(
            302, Location=location.format(canary=canary.port, port=server.port)
        )
        with refused(SourceForbidden, path):
            fetch(server.url(), path, **server.options)
    assert canary.requests == []


def test_name_is_resolved_once_so_second_answer_gains_nothing(server, path):
    server.answer = lambda handler: handler.send(200, BODY)
    answers = iter([["127.0.0.1"], ["127.0.0.2"]])
    fetch(server.url(), path, **server.options | {"resolver": lambda *_: next(answers)})
    assert next(answers) == ["127.0.0.2"]
    assert len(server.requests) == 1


@pytest.mark.parametrize("order", [0, 1])
def test_a_resolver_that_alternates_never_leads_to_a_private_address(order):
    answers = itertools.islice(itertools.cycle([["93.184.215.14"], ["127.0.0.1"]]), order, None)
    for _ in range(4):
        try:
            admitted = admit("https://rebind.test/", resolver=lambda *_: next(answers))
        except SourceForbidden:
            continue
        # The connection is made to this literal address: nothing is left to resolve.
        assert [admitted.pinned(address).url.host for address in admitted.addresses] == ["93.184.215.14"]
    assert next(answers) == [["93.184.215.14"], ["127.0.0.1"]][order]


def test_a_name_that_turns_private_between_two_attempts_is_refused(server, path):
    server.answer = lambda handler: handler.send(302, Location="https://rebind.test/")
    answers = {"media.test": ["127.0.0.1"], "rebind.test": ["169.254.169.254"]}
    with refused(SourceForbidden, path, "public internet"):
        fetch(server.url(), path, **server.options | {"resolver": lambda host, _: answers[host]})


def test_the_next_address_is_tried_where_one_does_not_answer(server, path):
    server.answer = lambda handler: handler.send(200, BODY)
    # Linux routes all of 127.0.0.0/8 to loopback, and nobody listens on the first.
    fetch(server.url(), path, **server.options | {"resolver": lambda *_: ["127.9.9.9", "127.0.0.1"]})
    assert path.read_bytes() == BODY


@pytest.mark.parametrize(
    ("status", "error", "requests"),
    [
        (404, SourceNotFound, 1),
        (410, SourceNotFound, 1),
        (403, SourceForbidden, 1),
        (400, SourceError, 1),
        (429, SourceUnreachable, 3),
        (503, SourceUnreachable, 3),
    ],
)
def test_refusal_is_named_without_servers_words_and_retried_if_useful(server, path, status, error, requests):
    server.answer = lambda handler: handler.send(status, b"5ECRET")
    with refused(error, path, str(status)):
        fetch(server.url("/clip.mp4?sig=5ECRET"), path, **server.options)
    assert len(server.requests) == requests


def test_a_busy_server_gets_another_chance(server, path):
    server.answer = lambda handler: handler.send(503 if len(server.requests) < 3 else 200, BODY)
    fetch(server.url(), path, **server.options)
    assert path.read_bytes() == BODY


def broken_after(count, *, etag):
    """Answers that break after ``count`` bytes each, with ranges as RFC 9110 describes them."""

    def answer(handler):
        asked = re.fullmatch(r"bytes=(\d+)-", handler.headers.get("Range", "bytes=0-"))
        start = int(asked[1])
        handler.send_response(206 if start else 200)
        handler.send_header("Content-Length", str(len(BODY) - start))
        handler.send_header("ETag", etag)
        if start:
            handler.send_header("Content-Range", f"bytes {start}-{len(BODY) - 1}/{len(BODY)}")
        handler.end_headers()
        handler.wfile.write(BODY[start : start + count])
        handler.close_connection = True

    return answer


def test_a_broken_transfer_goes_on_where_it_stopped(server, path):
    server.answer = broken_after(len(BODY) // 2, etag='"v1"')
    assert fetch(server.url(), path, **server.options).size == len(BODY)
    assert hashlib.sha256(path.read_bytes()).digest() == hashlib.sha256(BODY).digest()
    assert [request.get("If-Range") for request in server.requests] == [None, '"v1"']


def test_a_broken_transfer_begins_again_where_nothing_tells_versions_apart(server, path):
    server.answer = broken_after(len(BODY) // 2, etag='W/"weak"')
    with refused(SourceUnreachable, path, "broke"):
        fetch(server.url(), path, **server.options)
    assert [request.get("Range") for request in server.requests] == [None] * 3


def test_a_part_that_was_not_asked_for_is_not_taken(server, path):
    server.answer = lambda handler: handler.send(206, BODY, Content_Range="bytes 7-9/100")
    with refused(SourceUnreachable, path, "another part"):
        fetch(server.url(), path, **server.options)


def ranged(etag='"v1"'):
    """Answers by parts of one version, whatever condition a request has."""

    def answer(handler):
        first, last = re.fullmatch(r"bytes=(\d+)-(\d+)", handler.headers["Range"]).groups()
        part = BODY[int(first) : int(last) + 1]
        stated = {"ETag": etag} if etag else {}
        handler.send(206, part, Content_Range=f"bytes {first}-{int(first) + len(part) - 1}/{len(BODY)}", **stated)

    return answer


@pytest.fixture
def web(server):
    return HttpsStorage(allow=server.options["allow"], resolver=server.options["resolver"], limits=QUICK)


def test_range_of_a_source_is_read_by_a_range_request(server, web):
    server.answer = ranged()
    assert web.read_range(server.url(), 1000, 300, version='"v1"') == BODY[1000:1300]
    assert [(each["Range"], each["If-Match"]) for each in server.requests] == [("bytes=1000-1299", '"v1"')]


@pytest.mark.parametrize(
    "answer",
    [lambda handler: handler.send(412), lambda handler: handler.send(416), ranged('"v2"')],
    ids=["condition failed", "shorter", "condition ignored"],
)
def test_range_of_replaced_source_is_an_error(server, web, path, answer):
    server.answer = answer
    with refused(StorageError, path, "was changed while it was read"):
        web.read_range(server.url("/clip.mp4?sig=5ECRET"), 0, 10, version='"v1"')


@pytest.mark.parametrize("version", ['W/"v1" 1024', "Mon, 01 Jan 2024 00:00:00 GMT 1024"])
def test_range_without_strong_etag_is_not_asked_for(server, web, path, version):
    with refused(StorageError, path, "no strong ETag"):
        web.read_range(server.url("/clip.mp4?sig=5ECRET"), 0, 10, version=version)
    assert not server.requests


@pytest.mark.parametrize(
    ("answer", "message"),
    [(lambda handler: handler.send(200, BODY), "no parts of it"), (ranged(etag=""), "without their ETag")],
    ids=["whole", "unknown version"],
)
def test_range_that_is_no_part_of_version_is_an_error(server, web, path, answer, message):
    server.answer = answer
    with refused(StorageError, path, message):
        web.read_range(server.url("/clip.mp4?sig=5ECRET"), 0, 10, version='"v1"')


def test_a_source_announced_as_too_large_is_refused_unread(server, path):
    server.answer = lambda handler: handler.send(200, BODY)
    with refused(SourceTooLarge, path, "1000 bytes"):
        fetch(server.url(), path, **server.options | {"limits": replace(QUICK, source_bytes=1000)})


def test_an_endless_body_is_cut_at_the_limit(server, path):
    def endless(handler):
        handler.send_response(200)
        handler.send_header("Connection", "close")
        handler.end_headers()
        while not server.over.is_set():
            handler.wfile.write(BODY)

    server.answer = endless
    with refused(SourceTooLarge, path):
        fetch(server.url(), path, **server.options | {"limits": replace(QUICK, source_bytes=5 * len(BODY))})


def dripping(head, drop=b"x"):
    """Answers with some bytes at once, then with a drop every now and then."""
    return lambda handler: handler.drip(head, drop)


HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"


@pytest.mark.parametrize("head", [HEAD, b"HTTP/1.1 200 OK\r\nX-Long: "], ids=["body", "header"])
def test_a_server_that_drips_is_left(server, path, head):
    server.answer = dripping(head)
    with refused(SourceUnreachable, path, "more slowly"):
        fetch(
            server.url(),
            path,
            **server.options | {"limits": replace(QUICK, fetch_bytes_per_second=1000, rate_seconds=0.2)},
        )
    assert len(server.requests) <= 1  # none where the server was slower than the watch


def test_a_fetch_ends_after_its_time_however_steadily_it_goes(server, path):
    server.answer = dripping(HEAD)
    with refused(SourceUnreachable, path, "longer than the 0.3 seconds"):
        fetch(server.url(), path, **server.options | {"limits": replace(QUICK, fetch_seconds=0.3)})


def headed(*lines):
    """The head of an answer that goes on until its connection is closed, unless a line says otherwise."""
    return "".join(f"{line}\r\n" for line in ("HTTP/1.1 200 OK", *lines, "")).encode()


FRAMINGS = {
    "length": headed("Content-Length: 9000000"),
    "chunks": headed("Transfer-Encoding: chunked"),
    "close": headed("Connection: close"),
}


@pytest.mark.parametrize("framing", FRAMINGS)
@pytest.mark.parametrize(
    "guard", [{"fetch_bytes_per_second": 10_000_000, "rate_seconds": 0.2}, {"fetch_seconds": 0.3}], ids=["rate", "time"]
)
def test_fetch_cut_by_its_own_guard_is_unreachable(server, path, framing, guard):
    server.answer = dripping(FRAMINGS[framing], b"1\r\nx\r\n" if framing == "chunks" else b"x")
    with refused(SourceUnreachable, path, "more slowly|longer than"):
        fetch(server.url(), path, **server.options | {"limits": replace(QUICK, **guard)})
    assert len(server.requests) <= 1  # none where the server was slower than the watch


def test_fetch_that_reads_its_end_after_the_cut_is_unreachable(server, path):
    # All of it lies in this machine's buffers when time is up: that it could still be read does not make it complete.
    server.answer = lambda handler: handler.send(200, BODY[:80_000])
    with refused(SourceUnreachable, path, "longer than"):
        fetch(
            server.url(),
            path,
            progress=lambda _: server.over.wait(0.4),
            **server.options | {"limits": replace(QUICK, fetch_seconds=0.2)},
        )


@pytest.mark.parametrize("head", [headed("Connection: close"), b"HTTP/1.0 200 OK\r\n\r\n"], ids=["1.1", "1.0"])
def test_fetch_ended_by_the_servers_close_is_complete(server, path, head):
    def answer(handler):
        handler.wfile.write(head + BODY)
        handler.close_connection = True

    server.answer = answer
    assert fetch(server.url(), path, **server.options).size == len(BODY)
    assert path.read_bytes() == BODY


def chunked(*parts):
    return headed("Transfer-Encoding: chunked") + b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts)


def test_fetch_of_chunks_is_complete_with_the_last_one_alone(server, path):
    def answer(handler):
        handler.wfile.write(chunked(BODY[:100], BODY[100:]) + (b"0\r\n\r\n" if len(server.requests) == 3 else b""))
        handler.close_connection = True

    server.answer = answer
    assert fetch(server.url(), path, **server.options).size == len(BODY)
    assert len(server.requests) == 3


def test_fetch_of_body_shorter_than_its_length_is_unreachable(server, path):
    def answer(handler):
        handler.wfile.write(headed(f"Content-Length: {len(BODY) + 1}") + BODY)
        handler.close_connection = True

    server.answer = answer
    with refused(SourceUnreachable, path, "broke"):
        fetch(server.url(), path, **server.options)


def test_fetch_of_body_longer_than_its_length_ends_at_length(server, path):
    def answer(handler):
        handler.wfile.write(headed("Content-Length: 1000") + BODY)
        handler.close_connection = True

    server.answer = answer
    assert fetch(server.url(), path, **server.options).size == 1000


def test_fetch_of_coded_body_is_refused(server, path):
    server.answer = lambda handler: handler.send(200, BODY, Content_Encoding="gzip")
    with refused(SourceError, path, "coded as gzip"):
        fetch(server.url(), path, **server.options)
    assert server.requests[0]["Accept-Encoding"] == "identity"


def test_fetch_resumed_with_other_content_begins_anew(server, path):
    other = bytes(reversed(BODY))

    def answer(handler):
        if len(server.requests) == 1:
            broken_after(700_000, etag='"v1"')(handler)
        elif "Range" in handler.headers:  # a server that takes no heed of If-Range
            handler.send(206, other[700_000:], ETag='"v2"', Content_Range=f"bytes 700000-{len(BODY) - 1}/{len(BODY)}")
        else:
            handler.send(200, other, ETag='"v2"')

    server.answer = answer
    assert fetch(server.url(), path, **server.options).version == '"v2"'
    assert path.read_bytes() == other


def test_fetch_resumed_after_change_in_first_bytes_is_not_mixed(server, path):
    other = bytes(reversed(BODY))

    def answer(handler):
        asked = handler.headers.get("Range")
        if len(server.requests) == 1:
            broken_after(700_000, etag='"v1"')(handler)
        elif len(server.requests) == 2:
            # The new content breaks before its version could be told from the old one's.
            handler.wfile.write(headed(f"Content-Length: {len(other)}", 'ETag: "v2"') + other[:10])
            handler.close_connection = True
        elif asked:
            start = int(asked.removeprefix("bytes=").removesuffix("-"))
            handler.send(206, other[start:], ETag='"v2"', Content_Range=f"bytes {start}-{len(other) - 1}/{len(other)}")
        else:
            handler.send(200, other, ETag='"v2"')

    server.answer = answer
    fetch(server.url(), path, **server.options)
    assert path.read_bytes() == other


@pytest.mark.parametrize(
    "content_range",
    [
        "bytes 700000-799999/{total}",
        "bytes 700000-{last}/*",
        "bytes 700000-{last}/{more}",
        "bytes 699999-{last}/{total}",
        "",
    ],
    ids=["less than the rest", "unknown total", "another total", "another start", "none"],
)
def test_fetch_resumed_with_wrong_part_begins_anew(server, path, content_range):
    told = content_range.format(total=len(BODY), last=len(BODY) - 1, more=len(BODY) + 5)

    def answer(handler):
        if len(server.requests) == 1:
            broken_after(700_000, etag='"v1"')(handler)
        elif "Range" in handler.headers:
            handler.send(206, BODY[700_000:800_000], ETag='"v1"', Content_Range=told)
        else:
            handler.send(200, BODY, ETag='"v1"')

    server.answer = answer
    fetch(server.url(), path, **server.options)
    assert path.read_bytes() == BODY
    assert [request.get("Range") for request in server.requests] == [None, "bytes=700000-", None]


def test_fetch_of_part_that_is_not_the_whole_is_unreachable(server, path):
    # Nobody asked for a part, and its own length is that of the part.
    server.answer = lambda handler: handler.send(206, BODY[:1000], Content_Range=f"bytes 0-999/{len(BODY)}")
    with refused(SourceUnreachable, path, "another part"):
        fetch(server.url(), path, **server.options)


def test_fetch_missing_only_its_end_begins_anew_where_nothing_left(server, path):
    def answer(handler):
        if len(server.requests) == 1:
            handler.wfile.write(
                headed("Transfer-Encoding: chunked", 'ETag: "v1"') + chunked(BODY).partition(b"\r\n\r\n")[2]
            )
            handler.close_connection = True
        elif "Range" in handler.headers:
            handler.send(416, b"", Content_Range=f"bytes */{len(BODY)}")
        else:
            handler.send(200, BODY, ETag='"v1"')

    server.answer = answer
    assert fetch(server.url(), path, **server.options).size == len(BODY)
    assert path.read_bytes() == BODY


def test_fetch_shows_the_facts_before_anything_is_read(server, path):
    shown = []

    def check(info):
        shown.append((info.size, info.version))
        raise SourceTooLarge("5 bytes too many")

    server.answer = lambda handler: handler.send(200, BODY, ETag='"v1"')
    with refused(SourceTooLarge, path, "5 bytes too many"):
        fetch(server.url(), path, check=check, **server.options)
    assert shown == [(len(BODY), '"v1"')]
    assert len(server.requests) == 1


def test_head_of_busy_server_is_tried_again(server):
    server.answer = lambda handler: handler.send(503 if len(server.requests) < 3 else 200, BODY)
    assert HttpsStorage(**server.options).head(server.url()).size == len(BODY)


def test_head_of_server_that_stays_busy_ends_after_all_attempts(server):
    server.answer = lambda handler: handler.send(503)
    with pytest.raises(SourceUnreachable):
        HttpsStorage(**server.options).head(server.url())
    assert len(server.requests) == QUICK.attempts


def test_a_disk_that_fails_is_not_blamed_on_the_source(server, tmp_path):
    server.answer = lambda handler: handler.send(200, BODY)
    with pytest.raises(StorageError, match="this worker's disk"):
        fetch(server.url(), tmp_path / "no" / "folder", **server.options)


def test_the_web_is_a_storage_that_can_only_be_read(server, path):
    storage = HttpsStorage(**server.options)
    server.answer = lambda handler: handler.send(200, BODY, ETag='"v1"')
    assert storage.head(server.url("/clip.mp4?sig=5ECRET")) == storage.download(
        server.url("/clip.mp4?sig=5ECRET"), path
    )
    for act in (
        lambda: storage.list(server.url()),
        lambda: storage.read(server.url()),
        lambda: storage.upload(path, server.url(), sha256="", media_type=""),
        lambda: storage.write(server.url(), b"", media_type=""),
        lambda: storage.copy(server.url(), server.url(), media_type=""),
        lambda: storage.delete(server.url()),
    ):
        with pytest.raises(ConfigurationError, match=r"s3://bucket/prefix/.* or file:///folder/"):
            act()


def test_a_length_that_nobody_tells_is_minus_one(server):
    def answer(handler):
        handler.send_response(200)
        handler.send_header("Connection", "close")
        handler.end_headers()

    server.answer = answer
    assert HttpsStorage(**server.options).head(server.url()).size == -1


def test_where_the_server_names_no_version_the_first_bytes_do(server, path):
    storage, bodies = HttpsStorage(**server.options), [BODY, BODY, b"other" + BODY[5:]]
    server.answer = lambda handler: handler.send(200, bodies[len(server.requests) - 1])
    first, same, other = storage.head(server.url()), storage.download(server.url(), path), storage.head(server.url())
    assert first.version == same.version != other.version


@pytest.mark.parametrize(
    "differing", [{"ETag": 'W/"2"'}, {"Last_Modified": "Sun, 22 Nov 2026 04:00:01 GMT"}, {"body": BODY[1:] + b"x"}]
)
def test_version_without_strong_etag_holds_all_that_is_known(server, differing):
    given = {"body": BODY, "ETag": 'W/"1"', "Last_Modified": "Sun, 22 Nov 2026 04:00:00 GMT"}
    answers = iter([given, given, given | differing])
    server.answer = lambda handler: handler.send(200, **next(answers))
    first, same, other = (HttpsStorage(**server.options).head(server.url()).version for _ in range(3))
    assert first == same != other


def test_a_date_that_is_none_counts_for_nothing():
    assert https._info("https://h/", {"last-modified": "yesterday"}, 1, b"").modified == 0.0


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    x509 = pytest.importorskip("cryptography.x509")
    from datetime import UTC, datetime, timedelta

    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "media.test")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("media.test")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + signed.public_bytes(serialization.Encoding.PEM))
    return file


@contextmanager
def secure_server(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with Server(context) as running:
        running.answer = lambda handler: handler.send(200, BODY)
        yield running


def test_tls_checks_hosts_name_although_connected_to_address(certificate, path, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with secure_server(certificate) as server:
        fetch(server.url().replace("http:", "https:"), path, **server.options)
    assert path.read_bytes() == BODY
    assert server.names == ["media.test"]
    assert server.requests[0]["Host"] == f"media.test:{server.port}"


def test_certificate_of_another_name_or_of_nobody_is_not_accepted(certificate, path, monkeypatch):
    with secure_server(certificate) as server:
        options = server.options | {"allow": frozenset({f"media.test:{server.port}", f"other.test:{server.port}"})}
        with refused(SourceUnreachable, path, "connection failed"):
            fetch(server.url().replace("http:", "https:"), path, **options)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        with refused(SourceUnreachable, path, "connection failed"):
            fetch(server.url().replace("http://media", "https://other"), path, **options)
    assert server.requests == []


@pytest.mark.parametrize("clean", [True, False])
def test_tls_body_without_length_is_complete_only_after_closing_alert(certificate, path, monkeypatch, clean):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))

    def answer(handler):
        handler.wfile.write(headed("Connection: close") + BODY)
        handler.close_connection = True
        if clean:
            with suppress(OSError):  # the other side closes without an answer of its own
                handler.connection.unwrap()

    with secure_server(certificate) as server:
        server.answer = answer
        url = server.url().replace("http:", "https:")
        if clean:
            fetch(url, path, **server.options)
            assert path.read_bytes() == BODY
        else:
            with refused(SourceUnreachable, path, "broke"):
                fetch(url, path, **server.options)
