"""Calls of Tencent Cloud's APIs with a connection's key pair, signed by Tencent's own client."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from airflow.sdk import BaseHook

from airflow_provider_media.core.errors import ConfigurationError

CONNECTION = "tencent_default"
SECONDS = 60
"""Seconds of a call."""
VERSIONS = {
    "asw": "2020-07-22",
    "cdn": "2018-06-06",
    "cvm": "2017-03-12",
    "mps": "2019-06-12",
    "scf": "2018-04-16",
    "sts": "2018-08-13",
    "vod": "2018-07-17",
    "vpc": "2017-03-12",
}
"""Versions of APIs, for services whose connection names no other."""


class TencentError(Exception):
    """A call that was refused or did not get through.

    :param code: the API's name of the error.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message


def call(service: str, action: str, parameters: Mapping[str, Any], *, region: str, connection: str) -> dict[str, Any]:
    """Call an API, and return its response.

    :param region: region of the call; the connection's own when empty.
    :param connection: id of a connection with SecretId as login and SecretKey as password. Its extra may hold
        ``region``, ``token`` and ``versions`` by service. Its host and port, when given, are called instead of
        Tencent's.
    :raises TencentError: when the call fails; holds the API's name of the error.
    :raises ConfigurationError: when the client, the region or the version is missing.
    """
    try:
        from tencentcloud.common.common_client import CommonClient
        from tencentcloud.common.credential import Credential
        from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
    except ImportError:
        raise ConfigurationError(
            "Calls of Tencent Cloud need its client: pip install 'airflow-provider-media[tencent]'"
        ) from None
    found = BaseHook.get_connection(connection)
    extra = found.extra_dejson
    where, version = region or extra.get("region"), {**VERSIONS, **extra.get("versions", {})}.get(service)
    if not where or not version:
        raise ConfigurationError(
            f"{service}:{action}: no {'version' if where else 'region'} is known; name it in the extra of the"
            f' connection {connection}: {{"region": "ap-guangzhou", "versions": {{"' + service + '": "2019-06-12"}}'
        )
    client = CommonClient(
        service, version, Credential(found.login, found.password, extra.get("token")), where, _profile(found)
    )
    try:
        answer = client.call_json(action, dict(parameters))
    except TencentCloudSDKException as error:
        raise TencentError(str(error.get_code()), str(error.get_message())) from error
    response: dict[str, Any] = answer["Response"]
    return response


def _profile(connection: Any) -> Any:
    from tencentcloud.common.profile.client_profile import ClientProfile
    from tencentcloud.common.profile.http_profile import HttpProfile

    http = HttpProfile(reqTimeout=SECONDS)
    if connection.host:
        http.endpoint = f"{connection.host}:{connection.port}" if connection.port else connection.host
        http.scheme = connection.schema or "https"
    return ClientProfile(signMethod="TC3-HMAC-SHA256", httpProfile=http)
