"""The files that `make bundle` makes, as Amazon MWAA uses them: an installation from wheels alone, as `nobody`, without
bubblewrap.
"""

from __future__ import annotations

import json
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.mwaa_bundle import PLUGINS, bundle
from tests import media
from tests.install.new_user import Installed

pytestmark = [
    pytest.mark.distributed,
    pytest.mark.timeout(900),
    pytest.mark.skipif(
        os.getuid() != 0 or shutil.which("setpriv") is None, reason="becoming another user needs root and setpriv"
    ),
]
WORKFLOW = """
name: clip
outputs:
  mp4: {kind: transcode, container: mp4, video: {codec: h264, height: 90}, audio: drop}
output: {location: "file://%s/out/", connection: media_local}
"""


@pytest.fixture(scope="module")
def usr_local_airflow(installed: Installed) -> Iterator[Path]:
    """What MWAA makes of the bundle: /usr/local/airflow, with the zip unpacked."""
    with tempfile.TemporaryDirectory(prefix="mwaa-") as name:
        top = Path(name)
        project = top / "project"
        environment = installed.environment(top / "home")
        installed.run("airflow", "media", "init", "--folder", str(project), environment=environment, cwd=top)
        (project / "include" / "workflows" / "clip.yaml").write_text(WORKFLOW % (top / "media"))
        bundle(top / "bundle", dags=project / "dags", include=project / "include")
        shutil.copytree(top / "bundle" / "dags", top / "airflow" / "dags")
        with zipfile.ZipFile(top / "bundle" / "plugins.zip") as archive:
            archive.extractall(top / "airflow" / "plugins")
        media.clip(top / "media" / "in" / "clip.mp4", seconds=1)
        yield top / "airflow"


def as_nobody(*argv: str) -> list[str]:
    """A command as the user nobody.

    The Python of a machine may lie where only root can read, which is no matter of ours.
    """
    nobody = pwd.getpwnam("nobody")
    readable = ["--inh-caps=-all,+dac_read_search", "--ambient-caps=-all,+dac_read_search"]
    return [
        str(shutil.which("setpriv")),
        f"--reuid={nobody.pw_uid}",
        f"--regid={nobody.pw_gid}",
        "--clear-groups",
        *readable,
        "--",
        *argv,
    ]


def test_the_requirements_install_from_the_wheels_of_the_zip_alone(usr_local_airflow: Path) -> None:
    requirements = usr_local_airflow.parent / "bundle" / "requirements.txt"
    text = requirements.read_text()
    assert f"--find-links {PLUGINS}\n--no-index\n" in text
    here = usr_local_airflow.parent / "requirements.txt"
    here.write_text(text.replace(PLUGINS, str(usr_local_airflow / "plugins")))
    argv = [
        sys.executable,
        "-m",
        "pip",
        "--disable-pip-version-check",
        "install",
        "--dry-run",
        "--ignore-installed",
        "-r",
        str(here),
    ]
    isolated = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")} | {
        "PIP_CONFIG_FILE": os.devnull
    }
    done = subprocess.run(argv, env=isolated, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]
    assert "Would install" in done.stdout
    assert "airflow-provider-media" in done.stdout


def test_include_lies_inside_dags_and_nothing_beside(usr_local_airflow: Path) -> None:
    bundle_folder = usr_local_airflow.parent / "bundle"
    assert {path.name for path in bundle_folder.iterdir()} == {"dags", "plugins.zip", "requirements.txt"}
    assert (usr_local_airflow / "dags" / "include" / "workflows" / "clip.yaml").is_file()


def test_a_job_as_nobody_without_bubblewrap_publishes_its_file(
    usr_local_airflow: Path, installed: Installed, tmp_path: Path
) -> None:
    top = usr_local_airflow.parent
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("bash", "sh", "env", "id", "uname", "ldconfig", "getconf"):
        if found := shutil.which(name):
            (programs / name).symlink_to(found)
    # Below /tmp, as nobody may enter no other folder of ours.
    with tempfile.TemporaryDirectory(prefix="nobody-") as name:
        writable = Path(name)
        for folder in (top, writable, top / "media"):
            folder.chmod(0o755)
        (top / "media").chmod(0o777)
        home = shutil.copytree(usr_local_airflow, writable / "airflow")
        give_to_nobody(writable)
        environment = {
            "AIRFLOW_HOME": str(home),
            "HOME": "/nonexistent",
            "TMPDIR": str(writable),
            "PATH": f"{installed.bin}{os.pathsep}{programs}",
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__API__SECRET_KEY": "a long random text that all components share",
            "AIRFLOW_CONN_MEDIA_LOCAL": json.dumps(
                {"conn_type": "media", "extra": {"local_folders": str(top / "media")}}
            ),
        }

        def nobody_runs(*argv: str) -> subprocess.CompletedProcess[str]:
            command = as_nobody(str(installed.bin / argv[0]), *argv[1:])
            return subprocess.run(
                command, env=environment, cwd=writable, capture_output=True, text=True, check=False, timeout=400
            )

        migrated = nobody_runs("airflow", "db", "migrate")
        assert migrated.returncode == 0, migrated.stderr[-2000:]
        found = nobody_runs("airflow", "media", "doctor", "--offline", "--json")
        by_check = {one["check"]: one for one in json.loads(found.stdout)}
        assert [one for one in by_check.values() if one["status"] == "error"] == []
        assert by_check["sandbox"]["status"] == "warning"
        assert str(home / "dags" / "include") in by_check["include"]["message"]
        conf = json.dumps({"source": f"file://{top}/media/in/clip.mp4"})
        done = nobody_runs("airflow", "dags", "test", "media_clip", "--conf", conf)
        assert (top / "media" / "out" / "clip_mp4.mp4").is_file() or any((top / "media" / "out").rglob("*.mp4")), (
            done.stdout[-3000:]
        )


def give_to_nobody(folder: Path) -> None:
    nobody = pwd.getpwnam("nobody")
    for path in (folder, *folder.rglob("*")):
        os.chown(path, nobody.pw_uid, nobody.pw_gid)
