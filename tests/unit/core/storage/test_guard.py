import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_media.core.media.errors import SourceForbidden, SourceUnreachable
from airflow_provider_media.core.storage.guard import admit, is_public, resolve

PUBLIC = "93.184.215.14"


@pytest.mark.parametrize(
    "address", [PUBLIC, "2606:2800:21f:cb07::1", f"::ffff:{PUBLIC}", "64:ff9b::5db8:d70e", "2002:5db8:d70e::1"]
)
def test_an_address_of_the_internet_is_public(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.0.1", "169.254.169.254", "100.64.0.1", "198.18.0.1",
        "192.0.2.1",
        "224.0.0.1", "240.0.0.1", "255.255.255.255",
        "::", "::1", "::7f00:1", "fe80::1", "fe80::1%eth0", "fec0::1", "fc00::1", "fd00:ec2::254", "ff02::1",
        "2001:db8::1",
        "::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::7f00:1",
        "2002:7f00:1::", "2002:a9fe:a9fe::1", "2001:0:a00:1::f5ff:fffe", "2001:0:5db8:d70e::80ff:fffe",
    ],
)  # fmt: skip
def test_address_of_this_network_is_not_public_in_any_wrapping(address):
    assert not is_public(address)


@given(
    st.ip_addresses(v=4, network="10.0.0.0/8")
    | st.ip_addresses(v=4, network="127.0.0.0/8")
    | st.ip_addresses(v=4, network="169.254.0.0/16")
)
def test_no_gateway_makes_a_private_address_public(address):
    number = int(address)
    assert not is_public(str(address))
    assert not is_public(f"::ffff:{address}")
    assert not is_public(f"64:ff9b::{number >> 16:x}:{number & 0xFFFF:x}")
    assert not is_public(f"2002:{number >> 16:x}:{number & 0xFFFF:x}::1")


@pytest.mark.parametrize(
    "host",
    ["2130706433", "0x7f000001", "0177.0.0.1", "127.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "127.0.0.1."],
)
def test_loopback_is_refused_in_every_notation(host):
    with pytest.raises((SourceForbidden, SourceUnreachable)) as caught:
        admit(f"https://{host}/latest/meta-data")
    assert "127.0.0.1" not in str(caught.value)


def test_every_address_of_a_name_has_to_be_public():
    with pytest.raises(SourceForbidden, match="not on the public internet") as caught:
        admit("https://media.example/a", resolver=lambda *_: [PUBLIC, "10.1.2.3"])
    assert "10.1.2.3" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://media.example/a", "plain http"),
        ("ftp://media.example/a", "not an https"),
        ("file:///etc/passwd", "not an https"),
        ("https:///a", "not an https"),
        ("https://user:word@media.example/a", "credentials"),
        ("https://media.example:22/a", "Port 22"),
        ("https://media.example:99999/a", "Port 99999"),
        ("https://media.example:port/a", "not a valid URL"),
        ("https://[::1/a", "not a valid URL"),
    ],
)
def test_url_of_more_than_public_https_address_is_refused(url, reason):
    with pytest.raises(SourceForbidden, match=reason) as caught:
        admit(url, resolver=lambda *_: [PUBLIC])
    assert "word" not in str(caught.value)


@pytest.mark.parametrize("answer", [OSError("no such name"), UnicodeError("label too long"), None])
def test_a_host_without_an_address_is_unreachable(answer):
    def resolver(*_):
        if answer:
            raise answer
        return []

    with pytest.raises(SourceUnreachable, match="no address"):
        admit("https://media.example/a", resolver=resolver)


def test_request_goes_to_checked_address_under_hosts_name():
    admitted = admit("https://media.example:8443/a%20b?sig=1#part", resolver=lambda *_: [PUBLIC])
    request = admitted.pinned(*admitted.addresses)
    assert str(request.url) == f"https://{PUBLIC}:8443/a%20b?sig=1"
    assert request.headers["host"] == "media.example:8443"
    assert request.extensions["sni_hostname"] == "media.example"


def test_an_address_of_version_six_is_pinned_in_brackets():
    admitted = admit("https://media.example/a", resolver=lambda *_: ["2606:2800:21f:cb07::1"])
    assert str(admitted.pinned(*admitted.addresses).url) == "https://[2606:2800:21f:cb07::1]/a"


def test_what_is_allowed_is_allowed_on_exactly_that_port():
    allow = frozenset({"media.test:8080"})
    assert admit("http://media.test:8080/a", allow=allow, resolver=lambda *_: ["127.0.0.1"]).addresses == ("127.0.0.1",)
    for url in ("http://media.test:8081/a", "https://media.test/a", "http://other.test:8080/a"):
        with pytest.raises(SourceForbidden):
            admit(url, allow=allow, resolver=lambda *_: ["127.0.0.1"])


@pytest.mark.parametrize(
    ("entry", "url"), [("[::1]:8080", "http://[::1]:8080/"), ("Media.Test:8080", "http://media.test:8080/")]
)
def test_what_is_allowed_is_compared_as_urls_write_it(entry, url):
    assert admit(url, allow=frozenset({entry}), resolver=lambda *_: ["::1"]).addresses == ("::1",)


def test_the_systems_resolver_names_each_address_once():
    assert resolve("127.0.0.1", 443) == ("127.0.0.1",)
