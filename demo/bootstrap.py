"""Makes a virtual environment from requirements files, and does nothing where it is up to date.

Runs on the system's Python with the standard library alone, because it comes before everything else: ``python3
demo/bootstrap.py``.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MINIMUM = (3, 11)
NEWER = ("python3.13", "python3.12", "python3.11")
GET_PIP = "https://bootstrap.pypa.io/get-pip.py"
ROOT = Path(__file__).resolve().parent.parent
CONSOLE = ROOT / "provider" / "console" / "build.py"
"""Script that builds the pages of the console where their sources have changed."""
DEFAULT_REQUIREMENTS = ("requirements.txt", "requirements-dev.txt", "requirements-providers.txt")
"""Requirements files of the repository's own environment."""


def suitable_python() -> str:
    """Path of a Python that is new enough: this one, or one of the usual names on the PATH."""
    if sys.version_info >= MINIMUM:
        return sys.executable
    found = next(filter(None, map(shutil.which, NEWER)), None)
    if found is None:
        running = ".".join(map(str, sys.version_info[:3]))
        sys.exit(
            f"Python 3.11 or newer is needed; {sys.executable} is {running} and none of {', '.join(NEWER)} is on the"
            " PATH.\nInstall one (Debian: apt install python3; macOS: brew install python@3.12) or name it: make"
            " PYTHON=/path/to/python3.12 …"
        )
    return found


def fingerprint(requirements: list[Path]) -> str:
    """Hash of all that decides what gets installed."""
    sources = [*requirements, ROOT / "provider" / "pyproject.toml"]
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in sources)).hexdigest()


def create(venv: Path, python: str) -> None:
    """Make the virtual environment, also where the system's Python comes without ensurepip (Debian without
    python3-venv).
    """
    if subprocess.run([python, "-c", "import ensurepip"], capture_output=True, check=False).returncode == 0:
        subprocess.run([python, "-m", "venv", "--clear", venv], check=True)
        return
    subprocess.run([python, "-m", "venv", "--clear", "--without-pip", venv], check=True)
    inside = venv / "bin" / "python"
    if (
        subprocess.run(
            [python, "-m", "pip", "--python", inside, "install", "--quiet", "pip"], capture_output=True, check=False
        ).returncode
        == 0
    ):
        return
    try:
        with urllib.request.urlopen(GET_PIP, timeout=60) as response:
            subprocess.run([inside, "-", "--quiet"], input=response.read(), check=True)
    except OSError as error:
        sys.exit(
            f"{python} comes without pip, and {GET_PIP} cannot be reached ({error}). Install it first (Debian: apt"
            " install python3-venv)."
        )


def install(venv: Path, requirements: list[Path]) -> None:
    """Install the requirements by uv where it is present, or by pip, also where uv fails: it does not read pip's index
    settings.
    """
    python = venv / "bin" / "python"
    files = [f"--requirement={path}" for path in requirements]
    uv = shutil.which("uv")
    if (
        uv
        and subprocess.run(
            [uv, "pip", "install", "--quiet", "--python", python, *files], cwd=ROOT, check=False
        ).returncode
        == 0
    ):
        return
    subprocess.run(
        [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *files], cwd=ROOT, check=True
    )


@contextmanager
def one_at_a_time(folder: Path) -> Iterator[None]:
    """Let one process fill a folder: whoever comes later waits here, and looks again whether anything is left to do."""
    folder.mkdir(parents=True, exist_ok=True)
    # The lock is the parent's, because making an environment empties its folder; it ends with the process.
    parent = os.open(folder.parent, os.O_RDONLY)
    try:
        fcntl.flock(parent, fcntl.LOCK_EX)
        yield
    finally:
        os.close(parent)


def ensure(venv: Path, requirements: list[Path], *, python: str) -> Path:
    """Return the environment's Python, with the requirements installed as the files say now.

    Of processes that ask at once, one installs.

    :param venv: folder of the environment.
    :param requirements: requirements files; a change of one installs again.
    :param python: the Python to make the environment with.
    """
    stamp = venv / ".requirements"
    wanted = fingerprint(requirements)
    with one_at_a_time(venv):
        if not stamp.exists() or stamp.read_text() != wanted:
            names = ", ".join(path.name for path in requirements)
            print(f"Installing {names} into {os.path.relpath(venv)} …", flush=True)
            if not (venv / "bin" / "pip").exists():  # the last thing that making it leaves behind
                create(venv, python)
            install(venv, requirements)
            stamp.write_text(wanted)
    return venv / "bin" / "python"


def main() -> None:
    """Make or refresh the repository's own environment."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--venv", type=Path, default=ROOT / ".venv")
    parser.add_argument("requirements", type=Path, nargs="*", default=[ROOT / name for name in DEFAULT_REQUIREMENTS])
    arguments = parser.parse_args()
    try:
        python = ensure(arguments.venv, arguments.requirements, python=suitable_python())
        if arguments.venv == parser.get_default("venv"):
            subprocess.run([python, CONSOLE], check=True)
    except (subprocess.CalledProcessError, OSError) as error:
        sys.exit(
            f"The environment {arguments.venv} could not be made: {error}. Delete it and try again, or see the message"
            " above."
        )


if __name__ == "__main__":
    main()
