"""Sealed URLs: confs show host and path, and the job alone gets the rest back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_media.core.media.uri import input_parts, parse, redact
from airflow_provider_media.core.submission.errors import ConfUntrusted
from airflow_provider_media.core.submission.sealed_urls import MARK, seal_url, unseal_url

OLD, NEW, OTHER = (b"o" * 32,), (b"n" * 32,), (b"x" * 32,)
KEYS = (*NEW, *OLD)
PRESIGNED = "https://films.example/a%20b/film.mp4?X-Amz-Signature=secret"


@pytest.mark.parametrize(
    "url", ["s3://bucket/film.mp4", "file:///films/film.mp4", "https://films.example/film.mp4", "s3://b/a?b#c.mp4"]
)
def test_seal_url_without_secret_unchanged_needs_no_key(url):
    assert seal_url(url, job="j", keys=no_keys) == url
    assert unseal_url(url, job="j", keys=no_keys) == url


def no_keys():
    raise AssertionError("there are none")


@pytest.mark.parametrize(
    "url", [PRESIGNED, "https://u:secret@films.example/film.mp4", "https://films.example/film.mp4#secret"]
)
def test_seal_url_shows_host_and_path_only_names_same_file(url):
    sealed = seal_url(url, job="j", keys=lambda: KEYS)
    assert "secret" not in sealed
    assert (redact(sealed), parse(sealed), input_parts(sealed)) == (redact(url), parse(url), input_parts(url))


@given(st.text(max_size=200), st.text(st.characters(exclude_characters="\n"), max_size=40))
def test_job_gets_back_the_url_that_was_sealed(text, job):
    url = f"https://films.example/film.mp4?{text}"
    assert unseal_url(seal_url(url, job=job, keys=lambda: KEYS), job=job, keys=lambda: KEYS) == url


def test_key_that_was_replaced_still_opens():
    assert unseal_url(seal_url(PRESIGNED, job="j", keys=lambda: OLD), job="j", keys=lambda: KEYS) == PRESIGNED


@pytest.mark.parametrize("change", ["other job", "other key", "other path", "other host", "cut", "no token"])
def test_changed_or_moved_seal_is_refused_without_showing_the_secret(change):
    sealed = seal_url(PRESIGNED, job="j", keys=lambda: KEYS)
    changed = {
        "other path": sealed.replace("film.mp4", "other.mp4"),
        "other host": sealed.replace("films.example", "evil.example"),
        "cut": sealed[:-8],
        "no token": sealed.partition(MARK)[0] + MARK,
    }.get(change, sealed)
    with pytest.raises(ConfUntrusted) as refused:
        unseal_url(
            changed, job="k" if change == "other job" else "j", keys=lambda: OTHER if change == "other key" else KEYS
        )
    assert "secret" not in str(refused.value)


def test_address_that_only_looks_sealed_is_sealed_like_any_other():
    forged = "https://films.example/film.mp4#sealed=abc"
    assert unseal_url(seal_url(forged, job="j", keys=lambda: KEYS), job="j", keys=lambda: KEYS) == forged
