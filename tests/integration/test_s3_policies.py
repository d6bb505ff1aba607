"""S3 as companies lock it: refusals name the statement that would allow, and objects are made as the options of their
place say.

The stand-in enforces the policies of IAM.
"""

import hashlib
import itertools
import json
import re
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from airflow_provider_media.core.media.errors import SourceArchived, SourceRestoring
from airflow_provider_media.core.storage.errors import ObjectNotFound, StorageForbidden
from airflow_provider_media.hooks.s3 import S3Storage
from airflow_provider_media.hooks.s3_client import MIB, TransferSizes
from airflow_provider_media.hooks.s3_options import read_places
from demo.bootstrap import ensure
from demo.component import Component, wait_until
from demo.stack import ROOT, free_ports

pytestmark = [pytest.mark.integration, pytest.mark.timeout(400)]  # its environment is made on first use
HERE = Path(__file__).parent
BUCKET = "media"
USERS = itertools.count(1)
STATEMENT = re.compile(r"has (\{.*\})\.$")
SMALL = TransferSizes(multipart=5 * MIB, part=5 * MIB, copy=5 * MIB)


class PolicyServer:
    """A running stand-in."""

    def __init__(self, endpoint):
        import boto3

        self.endpoint = endpoint
        admin = boto3.session.Session(aws_access_key_id="admin", aws_secret_access_key="admin", region_name="us-east-1")
        self.s3, self.iam = (admin.client(name, endpoint_url=endpoint) for name in ("s3", "iam"))

    def enforce_policies(self):
        """Hold all further requests against policies."""
        self._let_pass(0)

    def trust_everybody(self):
        """Hold no further request against policies."""
        self._let_pass(1_000_000)

    def _let_pass(self, requests):
        content = str(requests).encode()
        # Of a form, the server would not see the content.
        request = urllib.request.Request(
            f"{self.endpoint}/moto-api/reset-auth", content, {"Content-Type": "text/plain"}
        )
        urllib.request.urlopen(request, timeout=30).close()

    def answers(self):
        try:
            urllib.request.urlopen(f"{self.endpoint}/moto-api/data.json", timeout=1).close()
        except OSError:
            return False
        return True


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    python = ensure(ROOT / ".local" / "moto-server-venv", [HERE / "requirements-moto.txt"], python=sys.executable)
    (port,) = free_ports(1)
    path = tmp_path_factory.mktemp("moto") / "log"
    command = [str(python), "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with path.open("wb") as log, subprocess.Popen(command, stdout=log, stderr=log) as process:
        try:
            one = PolicyServer(f"http://127.0.0.1:{port}")
            moto = Component(name="moto", log=path, process=process)
            wait_until(one.answers, what="Starting moto", timeout_seconds=60, components=[moto], poll_seconds=0.1)
            one.s3.create_bucket(Bucket=BUCKET)
            yield one
        finally:
            process.terminate()
            process.wait(10)


class User:
    """Somebody whose rights are the statements that were given."""

    def __init__(self, server, statements=(), places=None):
        import boto3

        self.server, self.statements, self.name = server, list(statements), f"user-{next(USERS)}"
        server.trust_everybody()
        server.iam.create_user(UserName=self.name)
        key = server.iam.create_access_key(UserName=self.name)["AccessKey"]
        client = boto3.client(
            "s3",
            endpoint_url=server.endpoint,
            aws_access_key_id=key["AccessKeyId"],
            aws_secret_access_key=key["SecretAccessKey"],
            region_name="us-east-1",
        )
        self.storage = S3Storage(client, sizes=SMALL, places=places)
        self.may(*self.statements)

    def may(self, *statements):
        self.statements = list(statements)
        self.server.trust_everybody()
        document = json.dumps({"Version": "2012-10-17", "Statement": self.statements})
        if self.statements:
            self.server.iam.put_user_policy(UserName=self.name, PolicyName="own", PolicyDocument=document)
        self.server.enforce_policies()


def uploaded(storage, folder, size):
    path = folder / "file"
    path.write_bytes(b"x" * size)
    storage.upload(
        path, f"s3://{BUCKET}/up.bin", sha256=hashlib.sha256(path.read_bytes()).hexdigest(), media_type="text/plain"
    )


ACTIONS = {
    "head": lambda storage, _: storage.head(f"s3://{BUCKET}/there"),
    "read": lambda storage, _: storage.read(f"s3://{BUCKET}/there"),
    "list": lambda storage, _: list(storage.list(f"s3://{BUCKET}/")),
    "download": lambda storage, folder: storage.download(f"s3://{BUCKET}/there", folder / "down"),
    "write": lambda storage, _: storage.write(f"s3://{BUCKET}/new", b"x", media_type="text/plain"),
    "upload": lambda storage, folder: uploaded(storage, folder, 10),
    "upload in parts": lambda storage, folder: uploaded(storage, folder, 6 * MIB),
    "copy": lambda storage, _: storage.copy(f"s3://{BUCKET}/there", f"s3://{BUCKET}/copy", media_type="text/plain"),
    "delete": lambda storage, _: storage.delete(f"s3://{BUCKET}/there"),
}


@pytest.mark.parametrize("action", ACTIONS)
def test_s3_refusal_names_key_and_policy_statements_that_allow_it(server, action, tmp_path):
    server.trust_everybody()
    server.s3.put_object(Bucket=BUCKET, Key="there", Body=b"content")
    user = User(server)
    refusals = list(refused(user, lambda: ACTIONS[action](user.storage, tmp_path)))
    assert 1 <= len(refusals) <= 2, "an upload is read once more, and needs no third right"
    assert all(f"s3://{BUCKET}/" in error.message and not error.retryable for error in refusals)


def refused(user, act):
    """Refusals of an action, each cured by the statement that it names."""
    while True:
        try:
            return act()
        except StorageForbidden as error:
            statement = json.loads(STATEMENT.search(error.message)[1])
            assert statement not in user.statements
            user.may(*user.statements, statement)
            yield error


def test_s3_policy_explicit_deny_overrides_allow_statement(server):
    user = User(server, [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}])
    user.may(
        *user.statements, {"Effect": "Deny", "Action": "s3:PutObject", "Resource": f"arn:aws:s3:::{BUCKET}/closed/*"}
    )
    user.storage.write(f"s3://{BUCKET}/open", b"x", media_type="text/plain")
    with pytest.raises(StorageForbidden, match="PutObject on s3://media/closed/new"):
        user.storage.write(f"s3://{BUCKET}/closed/new", b"x", media_type="text/plain")


def test_missing_bucket_is_named_whatever_the_rights(server):
    user = User(server, [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}])
    with pytest.raises(ObjectNotFound, match="no bucket nowhere"):
        user.storage.write("s3://nowhere/new", b"x", media_type="text/plain")


EXTRA = {
    "s3": {"encryption": "s3", "cache_control": {"*.m4s": "max-age=31536000, immutable", "*.m3u8": "max-age=2"}},
    "locations": {
        f"s3://{BUCKET}/locked/": {
            "encryption": "kms",
            "kms_key": "alias/media",
            "acl": "bucket-owner-full-control",
            "storage_class": "STANDARD_IA",
            "tags": {"team": "media + co = 1", "kind": "output"},
            "content_type": {"*.m3u8": "audio/mpegurl"},
        }
    },
}


@pytest.fixture
def placed(server):
    server.trust_everybody()
    return S3Storage(server.s3, sizes=SMALL, places=read_places(EXTRA))


@pytest.mark.parametrize("way", ["written", "uploaded", "uploaded in parts", "copied", "copied in parts"])
def test_object_has_encryption_storage_class_and_tags_of_place_options(server, placed, way, tmp_path):
    key = f"locked/{way}/a.m3u8"
    path = tmp_path / "file"
    path.write_bytes(b"x" * (6 * MIB if way.endswith("parts") else 10))
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if way.startswith("uploaded"):
        placed.upload(path, f"s3://{BUCKET}/{key}", sha256=digest, media_type="text/plain")
    elif way.startswith("copied"):
        placed.upload(path, f"s3://{BUCKET}/elsewhere", sha256=digest, media_type="text/plain")
        placed.copy(f"s3://{BUCKET}/elsewhere", f"s3://{BUCKET}/{key}", media_type="text/plain")
    else:
        placed.write(f"s3://{BUCKET}/{key}", path.read_bytes(), media_type="text/plain")
    head = server.s3.head_object(Bucket=BUCKET, Key=key)
    assert (head["ServerSideEncryption"], head["SSEKMSKeyId"]) == ("aws:kms", "alias/media")
    assert (head["StorageClass"], head["ContentType"], head["CacheControl"]) == (
        "STANDARD_IA",
        "audio/mpegurl",
        "max-age=2",
    )
    tags = server.s3.get_object_tagging(Bucket=BUCKET, Key=key)["TagSet"]
    assert {tag["Key"]: tag["Value"] for tag in tags} == {"team": "media + co = 1", "kind": "output"}


def test_what_lies_elsewhere_has_the_options_of_the_connection_alone(server, placed):
    placed.write(f"s3://{BUCKET}/open/a.m4s", b"x", media_type="video/iso.segment")
    head = server.s3.head_object(Bucket=BUCKET, Key="open/a.m4s")
    assert head["ServerSideEncryption"] == "AES256"
    assert (head.get("StorageClass"), head["CacheControl"]) == (None, "max-age=31536000, immutable")


def test_records_of_jobs_keep_the_class_of_the_bucket(server, placed):
    placed.write(f"s3://{BUCKET}/locked/.media/jobs/1/plan.json", b"{}", media_type="application/json")
    head = server.s3.head_object(Bucket=BUCKET, Key="locked/.media/jobs/1/plan.json")
    assert (head.get("StorageClass"), head["SSEKMSKeyId"]) == (None, "alias/media")


@pytest.mark.parametrize("storage_class", ["GLACIER", "DEEP_ARCHIVE"])
def test_an_archived_source_is_named_until_it_is_restored(server, placed, storage_class, tmp_path):
    server.s3.put_object(Bucket=BUCKET, Key="old.mp4", Body=b"film", StorageClass=storage_class)
    with pytest.raises(SourceArchived, match=r"s3://media/old\.mp4 lies in an archive"):
        placed.download(f"s3://{BUCKET}/old.mp4", tmp_path / "old.mp4")
    server.s3.restore_object(Bucket=BUCKET, Key="old.mp4", RestoreRequest={"Days": 1})
    placed.download(f"s3://{BUCKET}/old.mp4", tmp_path / "old.mp4")
    assert (tmp_path / "old.mp4").read_bytes() == b"film"


def test_an_archived_source_comes_back_where_its_place_says_so(server, tmp_path):
    server.trust_everybody()
    server.s3.put_object(Bucket=BUCKET, Key="cold/old.mp4", Body=b"film", StorageClass="GLACIER")
    places = read_places({"locations": {f"s3://{BUCKET}/cold/": {"restore": {"days": 3, "tier": "Bulk"}}}})
    storage = S3Storage(server.s3, places=places)
    with pytest.raises(SourceRestoring, match=r"s3://media/cold/old\.mp4 is being restored"):
        storage.download(f"s3://{BUCKET}/cold/old.mp4", tmp_path / "old.mp4")
    assert storage.download(f"s3://{BUCKET}/cold/old.mp4", tmp_path / "old.mp4").size == len(b"film")


def test_a_refused_restore_names_the_right_that_cures_it(server, tmp_path):
    server.trust_everybody()
    server.s3.put_object(Bucket=BUCKET, Key="cold/older.mp4", Body=b"film", StorageClass="GLACIER")
    reading = {"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": "*"}
    user = User(server, [reading], places=read_places({"s3": {"restore": {}}}))
    with pytest.raises(SourceRestoring):
        list(refused(user, lambda: user.storage.download(f"s3://{BUCKET}/cold/older.mp4", tmp_path / "old.mp4")))
    assert [statement["Action"] for statement in user.statements] == [["s3:GetObject"], ["s3:RestoreObject"]]
