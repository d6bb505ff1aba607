"""The S3, SQS, SNS and EventBridge stand-in of the local stack, in a virtual environment of its own because it pins
botocore.
"""

import os
import subprocess
import sys
import urllib.request
from pathlib import Path

from demo.component import StackError

REQUIREMENTS = Path(__file__).with_name("requirements-ministack.txt")
REGION = "us-east-1"
KEY_ID = "test"
SECRET = "test"  # noqa: S105 - the stand-in takes any key; a real one must never be used here
HEALTH_SECONDS = 2.0


def install(venv: Path) -> Path:
    """Return the Python of the stand-in's environment, which is made on first use."""
    from demo.bootstrap import ensure

    return ensure(venv, [REQUIREMENTS], python=sys.executable)


def environment(port: int, state: Path) -> dict[str, str]:
    """Settings of the server.

    :param port: its one port, on loopback.
    :param state: folder that keeps objects and queues over a restart.
    """
    inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return inherited | {
        "BIND_HOST": "127.0.0.1",  # its default listens to the whole network
        "GATEWAY_PORT": str(port),
        "SERVICES": "s3,sqs,sns,events,sts,iam",
        "SFTP_ENABLED": "0",  # these two would listen on fixed ports
        "IOT_MTLS_ENABLED": "0",
        "MINISTACK_REGION": REGION,
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(state / "s3"),
        "PERSIST_STATE": "1",
        "STATE_DIR": str(state / "state"),
        "TMPDIR": str(state),
        "LOG_LEVEL": "WARNING",
    }


def client_environment(endpoint: str) -> dict[str, str]:
    """AWS settings of every client in the stack, so that none can reach a real account by accident."""
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": KEY_ID,
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def healthy(endpoint: str) -> bool:
    """Tell whether the server answers."""
    try:
        with urllib.request.urlopen(f"{endpoint}/_ministack/health", timeout=HEALTH_SECONDS) as response:
            return bool(response.status == 200)
    except OSError:
        return False


def command(venv: Path) -> list[str]:
    """Return the server's command line, installing it first where needed."""
    try:
        return [str(install(venv)), "-m", "ministack"]
    except subprocess.CalledProcessError as error:
        raise StackError(f"The S3 stand-in could not be installed into {venv}: see pip's message above.") from error
