import json
import re
from pathlib import Path

import pytest

from airflow_provider_media.core.errors import ConfigurationError
from airflow_provider_media.hooks.s3 import S3Storage
from airflow_provider_media.hooks.s3_options import S3Options, read_places

boto3 = pytest.importorskip("boto3")


def test_read_places_longest_location_wins_and_extends_connection_options():
    shared = {"acl": "private", "requester_pays": True}
    places = read_places(
        {"s3": shared, "locations": {"s3://b/": {"region": "eu-west-1"}, "s3://b/deep/": {"acl": "public-read"}}}
    )
    assert places.of("s3://a/x") == S3Options(acl="private", requester_pays=True)
    assert places.of("s3://b/x") == S3Options(acl="private", requester_pays=True, region="eu-west-1")
    assert places.of("s3://b/deep/x") == S3Options(acl="public-read", requester_pays=True)


def test_read_places_takes_extra_shown_on_locked_buckets_page():
    page = (Path(__file__).parents[4] / "docs" / "how-to" / "locked-buckets.md").read_text()
    places = read_places(json.loads(re.search(r"```json\n(.*?)```", page, re.DOTALL)[1]))
    written = places.of("s3://media-out/a/1.m4s").writing("a/1.m4s", "video/iso.segment")
    assert (written["SSEKMSKeyId"], written["CacheControl"]) == ("alias/media", "max-age=31536000, immutable")
    assert places.of("s3://partner-films/x").reading() == {"RequestPayer": "requester"}


def test_without_options_nothing_is_asked_of_the_bucket():
    options = read_places({}).of("s3://b/x")
    assert options.reading() == {}
    assert options.writing("x.mp4", "video/mp4") == {"ContentType": "video/mp4"}


def test_a_restore_within_intelligent_tiering_has_no_days():
    restore = read_places({"s3": {"restore": {"tier": "Bulk"}}}).of("s3://b/x").restore
    assert restore.request({"StorageClass": "GLACIER"}) == {"Days": 2, "GlacierJobParameters": {"Tier": "Bulk"}}
    assert restore.request({"ArchiveStatus": "ARCHIVE_ACCESS"}) == {"GlacierJobParameters": {"Tier": "Bulk"}}


@pytest.mark.parametrize(
    ("extra", "said"),
    [
        ({"s3": {"restore": {"days": 0}}}, "^s3.restore.days in the connection's extra: Input should be greater"),
        (
            {"s3": {"encrypted": "kms"}},
            r"^s3.encrypted in the connection's extra: is not known; allowed are encryption, kms_key, acl,",
        ),
        ({"s3": {"encryption": "aes"}}, "^s3.encryption in the connection's extra: .*'s3', 'kms' or 'kms-dsse'"),
        ({"s3": {"kms_key": "k"}}, "^s3 in the connection's extra: kms_key is that of `encryption: kms`"),
        (
            {"s3": {"tags": {f"t{number}": "x" for number in range(11)}}},
            "^s3.tags in the connection's extra: .*at most 10",
        ),
        ({"s3": {"cache_control": {"*": "a\r\nSet-Cookie: b"}}}, r"^s3.cache_control.\* in the connection's extra"),
        ({"s3": {"tags": {"team": "a&b"}}}, "^s3.tags.team in the connection's extra"),
        ({"s3": []}, "^s3 in the connection's extra"),
        ({"locations": ["s3://b/"]}, "^locations in the connection's extra must be an object"),
        (
            {"locations": {"b/": {}}},
            "^locations.b/ in the connection's extra is in no bucket; write s3://bucket/, s3://bucket/prefix/",
        ),
        ({"locations": {"s3://b/": {"checksum": "md5"}}}, "^locations.s3://b/.checksum in the connection's extra"),
    ],
)
def test_a_wrong_option_is_named_with_what_is_allowed(extra, said):
    with pytest.raises(ConfigurationError, match=said):
        read_places(extra)


@pytest.mark.parametrize(
    ("checksum", "sent"),
    [("sha256", {"ChecksumAlgorithm": "SHA256"}), ("crc32", {"ChecksumAlgorithm": "CRC32"}), ("none", {})],
)
def test_requests_carry_the_checksum_and_the_payer_of_their_place(checksum, sent):
    client = boto3.client("s3", aws_access_key_id="x", aws_secret_access_key="x", region_name="us-east-1")
    asked = []

    def answer(params, model, **_):
        asked.append((model.name, params))
        return (type("Answer", (), {"status_code": 200})(), {"ETag": '"e"', "ContentLength": 1})

    client.meta.events.register(
        "provide-client-params.s3", lambda params, model, **_: asked.append((model.name, dict(params)))
    )
    client.meta.events.register("before-call.s3", lambda model, params, **_: answer(params, model))
    storage = S3Storage(client, places=read_places({"s3": {"checksum": checksum, "requester_pays": True}}))
    storage.write("s3://b/x", b"x", media_type="text/plain")
    storage.head("s3://b/x")
    (name, put), (_, head) = (call for call in asked if "Bucket" in call[1])
    assert name == "PutObject"
    assert {key: value for key, value in put.items() if key.startswith("Checksum")} == sent
    assert put["RequestPayer"] == head["RequestPayer"] == "requester"
