"""A PostgreSQL of the tests' own: its files in a folder of its own, on loopback, at a port that the system has
picked.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from demo.component import start, stop_all, wait_until
from demo.stack import free_ports

USER = "airflow"
DEBIAN = Path("/usr/lib/postgresql")
"""Where Debian keeps the programs, by version and outside of PATH."""


def find(program: str) -> str | None:
    """Path of one of PostgreSQL's programs, of the newest version that is installed."""
    installed = sorted(DEBIAN.glob(f"*/bin/{program}"), key=lambda path: float(path.parts[-3]))
    return shutil.which(program) or (str(installed[-1]) if installed else None)


def installed() -> bool:
    """Whether there is a PostgreSQL on this machine."""
    return find("postgres") is not None and find("initdb") is not None


@contextmanager
def postgres(logs: Path) -> Iterator[str]:
    """Run a server for the length of a ``with`` block, with one empty database in it; answers with Airflow's URL of
    that.
    """
    with tempfile.TemporaryDirectory(prefix="postgres-") as name:
        folder, (port,) = Path(name) / "data", free_ports(1)
        folder.mkdir(mode=0o700)
        prefix = [] if os.getuid() else given_to_somebody_else(folder)
        initdb = [
            *prefix,
            str(find("initdb")),
            "--pgdata",
            str(folder),
            "--username",
            USER,
            "--auth",
            "trust",
            "--encoding",
            "UTF8",
        ]
        subprocess.run(initdb, check=True, capture_output=True, cwd=name)
        argv = [
            *prefix,
            str(find("postgres")),
            "-D",
            str(folder),
            "-h",
            "127.0.0.1",
            "-p",
            str(port),
            "-k",
            str(folder),
        ]
        server = start("postgres", argv, environment=os.environ, logs=logs, directory=Path(name))
        try:
            create = [*prefix, str(find("createdb")), "-h", "127.0.0.1", "-p", str(port), "-U", USER, USER]
            wait_until(
                lambda: subprocess.run(create, check=False, capture_output=True, cwd=name).returncode == 0,
                what="Starting PostgreSQL",
                timeout_seconds=60,
                components=[server],
            )
            yield f"postgresql+psycopg2://{USER}@127.0.0.1:{port}/{USER}"
        finally:
            stop_all([server])


def given_to_somebody_else(folder: Path) -> list[str]:
    """Give a folder to a user who is not root, whom PostgreSQL refuses; answers with what to put before that user's
    commands.
    """
    names = {user.pw_name: user for user in pwd.getpwall()}
    user = names.get("postgres") or names["nobody"]
    for path in (folder.parent, folder):
        os.chown(path, user.pw_uid, user.pw_gid)
    return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", "--"]
