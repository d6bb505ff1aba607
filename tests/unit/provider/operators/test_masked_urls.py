"""MaskedUrls: what Airflow is told to hide."""

import pytest

from airflow_provider_media.operators import masked_urls
from airflow_provider_media.operators.probe import ProbeOperator


@pytest.mark.parametrize(
    ("value", "secrets"),
    [
        ("s3://bucket/film.mp4", []),
        ("https://films.example/film.mp4", []),
        ("{{ params.source }}", []),
        ("https://films.example/film.mp4?X-Amz-Signature=abc", ["X-Amz-Signature=abc"]),
        ("https://films.example?token=abc", ["token=abc"]),
        ("https://u:pass@films.example/film.mp4?a=b#c", ["u:pass@", "a=b#c"]),
        ([{"url": "https://films.example/told?token=abc", "mode": "finish"}], ["token=abc"]),
        (None, []),
    ],
)
def test_secrets_of_urls_are_found_in_texts_lists_and_mappings(value, secrets):
    assert list(masked_urls.secrets_in(value)) == secrets


def test_operator_masks_every_value_its_source_is_set_to(monkeypatch):
    masked: list[object] = []
    monkeypatch.setattr(masked_urls, "mask_secret", masked.append)
    operator = ProbeOperator(task_id="probe", source="https://films.example/film.mp4?first=secret")
    operator.source = "https://films.example/film.mp4?second=secret"
    assert masked == ["first=secret", "second=secret"]
    assert operator.source == "https://films.example/film.mp4?second=secret"
