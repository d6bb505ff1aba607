"""Client of S3 from the environment, the sizes of its transfers, and the retry of its conditional writes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from airflow_provider_media.core.errors import ConfigurationError
from airflow_provider_media.hooks.s3_errors import status_of

if TYPE_CHECKING:
    from boto3.s3.transfer import TransferConfig

MIB = 1024 * 1024
MULTIPART_BYTES = 64 * MIB
PART_BYTES = 16 * MIB
"""Bytes of a part; at most ten parts are in memory. s3transfer enlarges parts when a file would need over 10 000."""
COPY_BYTES = 5 * 1024 * MIB
"""Largest object that one CopyObject takes: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html."""
CONFLICT = 409
CONFLICT_ATTEMPTS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferSizes:
    """Sizes from which on objects are transferred in parts, and the size of a part, in bytes."""

    multipart: int = MULTIPART_BYTES
    part: int = PART_BYTES
    copy: int = COPY_BYTES

    def config(self, threshold: int) -> TransferConfig:
        """Return the sizes in boto3's form."""
        from boto3.s3.transfer import TransferConfig

        return TransferConfig(multipart_threshold=threshold, multipart_chunksize=self.part)


def client_from_environment() -> Any:
    """Return a boto3 client with boto3's own configuration.

    boto3 reads ``AWS_*`` variables, ``AWS_ENDPOINT_URL``, profiles and roles.

    :raises ConfigurationError: when boto3 is not installed.
    """
    try:
        import boto3
        from botocore.config import Config
    except ImportError:
        raise ConfigurationError("s3:// needs boto3; run: pip install 'airflow-provider-media[s3]'") from None
    # Standard mode backs off and gives up after these attempts. Legacy mode, the default, does not know all errors that
    # can be retried.
    return boto3.session.Session().client(
        "s3", config=Config(retries={"mode": "standard", "max_attempts": 5}, connect_timeout=10)
    )


def retry_conflicts(put: Callable[[], Any]) -> Any:
    """Repeat a conditional write that met another one at the same moment, as S3 asks for with status 409."""
    from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_random_exponential

    retrying = Retrying(
        retry=retry_if_exception(lambda error: status_of(error)[1] == CONFLICT),
        stop=stop_after_attempt(CONFLICT_ATTEMPTS),
        wait=wait_random_exponential(multiplier=0.05, max=2),
        reraise=True,
    )
    return retrying(put)
