"""How close an output's picture is to its source's: VMAF, as ffmpeg's libvmaf measures it."""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path

from airflow_provider_media.core.ffmpeg.toolchain import find_toolchain


def vmaf(output: Path, source: Path) -> float:
    """Mean VMAF of an output against its source, 0 to 100; the output is scaled to the source's size, as a player would
    on that screen.
    """
    graph = (
        "[1:v]format=yuv420p,setpts=PTS-STARTPTS[source];"
        "[0:v]setpts=PTS-STARTPTS[own];[own][source]scale=rw:rh:flags=bicubic[output];"
        # Every fifth frame tells the mean within half a point and takes a fifth of the time.
        "[output][again]libvmaf=n_subsample=5:n_threads=2:log_fmt=json:log_path=vmaf.json"
    ).replace(
        "[1:v]format=yuv420p,setpts=PTS-STARTPTS[source]",
        "[1:v]format=yuv420p,setpts=PTS-STARTPTS,split[source][again]",
    )
    with tempfile.TemporaryDirectory() as folder:
        argv = [
            str(find_toolchain().ffmpeg),
            "-v",
            "error",
            "-i",
            str(output),
            "-i",
            str(source),
            "-lavfi",
            graph,
            "-f",
            "null",
            "-",
        ]
        subprocess.run(argv, check=True, cwd=folder)
        return float(json.loads((Path(folder) / "vmaf.json").read_text())["pooled_metrics"]["vmaf"]["mean"])


def joined(folder: Path, target: Path) -> Path:
    """One rendition's segments behind their header, which together are a fragmented MP4."""
    with target.open("wb") as file:
        for part in [folder / "init.mp4", *sorted(folder.glob("*.m4s"))]:
            file.write(part.read_bytes())
    return target
