"""What somebody has who installs the built wheel: an environment of his own, with nothing of this repository in
reach.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZipFile

from demo.airflow_home import LEFT_OUT

ROOT = Path(__file__).resolve().parents[2]
INSTALL_SECONDS = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """An environment with the wheel in it."""

    bin: Path
    """Folder of its programs."""
    wheel: Path

    def environment(self, home: Path, **options: str) -> dict[str, str]:
        """Variables of a process: nothing of the tests' own Airflow, and nothing of the repository.

        :param home: Airflow's home.
        """
        left_out = (*LEFT_OUT, "PYTHONPATH", "VIRTUAL_ENV", "MEDIA_")
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
        return inherited | {"AIRFLOW_HOME": str(home), "PATH": f"{self.bin}{os.pathsep}{os.environ['PATH']}"} | options

    def run(
        self, *argv: str, environment: Mapping[str, str], cwd: Path, check: bool = True
    ) -> subprocess.CompletedProcess[str]:
        """Run a program of the environment to its end."""
        command = [str(self.bin / argv[0]), *argv[1:]]
        done = subprocess.run(
            command,
            env=dict(environment),
            cwd=cwd,
            capture_output=True,
            text=True,
            check=False,
            timeout=INSTALL_SECONDS,
        )
        assert done.returncode == 0 or not check, (
            f"{' '.join(argv)} ended with {done.returncode}:\n{(done.stdout + done.stderr)[-3000:]}"
        )
        return done


def build_wheel(folder: Path) -> Path:
    """The wheel of this repository."""
    argv = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--wheel-dir",
        str(folder),
        str(ROOT / "provider"),
    ]
    subprocess.run(argv, check=True, timeout=INSTALL_SECONDS)
    (wheel,) = folder.glob("airflow_provider_media-*.whl")
    with ZipFile(wheel) as parts:
        # Without the console, Airflow has no page of ours and says so in a log alone.
        assert "airflow_provider_media/api/console/main.js" in parts.namelist()
    return wheel


def install(folder: Path, *extras: str) -> Installed:
    """A new environment with the wheel, and what pip finds for it.

    Where ``NEW_USER_VENV`` names a folder, the environment is made there and kept for the next time, when the wheel
    alone is new.

    :param extras: extras of the distribution.
    """
    wheel = build_wheel(folder / "dist")
    venv = Path(os.environ.get("NEW_USER_VENV") or folder / "venv")
    is_new = not (venv / "bin" / "airflow").exists()
    if is_new:
        subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True, timeout=INSTALL_SECONDS)
    pip = [str(venv / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    what = [f"{wheel}[{','.join(extras)}]"] if is_new else ["--no-deps", "--force-reinstall", str(wheel)]
    subprocess.run([*pip, *what], check=True, timeout=INSTALL_SECONDS)
    return Installed(bin=venv / "bin", wheel=wheel)
