"""``airflow media init``: writes the DAG files and a sample ``include/``, and lists the next steps."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from airflow_provider_media.cli.command_output import say
from airflow_provider_media.core.errors import ConfigurationError, MediaError
from airflow_provider_media.core.serde import to_json

CONNECTION = "media_local"
WORKFLOW = "first_job"
SAMPLE = "sample.mp4"
MEDIA = "{media}"
"""Placeholder in the sample for the folder of media files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectLayout:
    """The folders of a project."""

    dags: Path
    include: Path
    media: Path
    """Folder of the sample's source and its outputs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """The written files, the existing files, and the next steps."""

    written: list[str]
    kept: list[str]
    unpause: list[str]
    """Ids of the DAGs that the first job needs."""
    connection: str
    """The command that creates the sample's connection."""
    source: str
    """URI of the sample's source."""


def run(args: argparse.Namespace) -> int:
    """Write the missing files, and print the next steps.

    :raises ConfigurationError: when a folder or a file cannot be written.
    """
    layout = layout_of(args.folder, inside=args.layout == "inside")
    done = write(layout)
    say(json.dumps(to_json(done), indent=2) if args.json else describe(done))
    return 0


def layout_of(folder: str | None, *, inside: bool) -> ProjectLayout:
    """Return the folders of a project.

    :param folder: folder of the project; the parent of Airflow's DAGs folder when absent.
    :param inside: whether ``include/`` lies inside ``dags/``.
    """
    dags = Path(folder).expanduser() / "dags" if folder else _airflows_dags()
    dags = dags.absolute()
    return ProjectLayout(dags=dags, include=(dags if inside else dags.parent) / "include", media=dags.parent / "media")


def _airflows_dags() -> Path:
    try:
        from airflow_provider_media.hooks.settings import dags_folder
    except ImportError:
        raise ConfigurationError("Airflow is not installed here; name the project's folder: --folder FOLDER") from None
    return dags_folder()


def write(layout: ProjectLayout) -> Written:
    """Write the missing files."""
    written: list[str] = []
    kept: list[str] = []
    project = files("airflow_provider_media") / "project"
    for part, target in (("dags", layout.dags), ("include", layout.include)):
        for name, source in _files_below(project / part):
            text = source.read_text(encoding="utf-8").replace(MEDIA, str(layout.media))
            path = target / name
            (written if _write_new(path, text) else kept).append(str(path))
    sample = layout.media / "in" / SAMPLE
    (written if _make_sample(sample) else kept).append(str(sample))
    folders = json.dumps({"local_folders": str(layout.media)})
    return Written(
        written=written,
        kept=kept,
        unpause=_dags_of_first_job(),
        connection=f"airflow connections add {CONNECTION} --conn-type media --conn-extra '{folders}'",
        source=f"file://{sample}",
    )


def _files_below(folder: Traversable, prefix: str = "") -> Iterator[tuple[str, Traversable]]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir() and entry.name != "__pycache__":
            yield from _files_below(entry, f"{prefix}{entry.name}/")
        elif entry.name.endswith((".py", ".yaml")):
            yield f"{prefix}{entry.name}", entry


def _write_new(path: Path, text: str) -> bool:
    """Write a file, unless it exists, and return whether it was written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        if path.is_file():
            return False
        raise ConfigurationError(f"{path} cannot be written: a part of its path is no folder") from None
    except OSError as error:
        raise ConfigurationError(
            f"{path} cannot be written: {error.strerror}; name another folder: --folder FOLDER"
        ) from error
    return True


def _make_sample(path: Path) -> bool:
    """Make five seconds of a test picture with a tone, unless the file exists, and return whether it was made.

    The test picture is generated, so it is nobody's work.
    """
    import subprocess

    if path.exists():
        return False
    try:
        from airflow_provider_media.core.ffmpeg.toolchain import find_toolchain

        ffmpeg = str(find_toolchain().ffmpeg)
    except MediaError as error:
        raise ConfigurationError(f"The sample's source was not made: {error.message}") from error
    path.parent.mkdir(parents=True, exist_ok=True)
    picture = ("-f", "lavfi", "-i", "testsrc2=size=1280x720:rate=25:duration=5")
    tone = ("-f", "lavfi", "-i", "sine=frequency=440:duration=5")
    argv = [ffmpeg, "-v", "error", "-nostdin", "-n", *picture, *tone, "-pix_fmt", "yuv420p", "-shortest", str(path)]
    done = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=120)
    if done.returncode:
        raise ConfigurationError(f"The sample's source {path} was not made: {done.stderr.strip()[-300:]}")
    return True


def _dags_of_first_job() -> list[str]:
    from airflow_provider_media.core.accounts import DEFAULT_ACCOUNT
    from airflow_provider_media.core.dag_ids import ingest_dag_ids, workflow_dag_id

    return [*ingest_dag_ids(DEFAULT_ACCOUNT), workflow_dag_id(WORKFLOW), workflow_dag_id("announce")]


def describe(done: Written) -> str:
    """Return the answer as text for people."""
    lines = [f"written  {path}" for path in done.written] + [f"   kept  {path}" for path in done.kept]
    unpause = " ".join(done.unpause)
    return "\n".join(
        [
            *lines,
            "",
            "Next, with Airflow running (airflow standalone is enough):",
            "1. Make the connection that lets jobs use the folder of the sample:",
            f"     {done.connection}",
            "2. Unpause what the first job needs, unless your Airflow starts DAGs unpaused:",
            f"     for dag in {unpause}; do airflow dags unpause --yes $dag; done",
            "3. See whether all is well:",
            "     airflow media doctor",
            "4. Submit the first job, and follow it:",
            f"     airflow media status --follow $(airflow media submit {done.source})",
        ]
    )
