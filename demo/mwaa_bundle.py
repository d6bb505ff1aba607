"""Makes the files that Amazon MWAA wants: ``dags/`` with ``include/`` inside, ``plugins.zip`` with wheels, and
``requirements.txt``.

Runs on the system's Python with pip alone: ``python3 demo/mwaa_bundle.py``. MWAA unpacks the zip into
/usr/local/airflow/plugins and installs the requirements from there, so that its network needs no way to an index of
packages.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PLUGINS = "/usr/local/airflow/plugins"
"""Where MWAA unpacks plugins.zip."""
PLATFORMS = ("manylinux_2_28_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64", "linux_x86_64")
"""What the wheels of MWAA's machines may be built for."""


def bundle(target: Path, *, dags: Path, include: Path, python_version: str | None = None) -> None:
    """Write the bundle; files that are there already are replaced.

    :param python_version: such as ``3.12``, that of MWAA's Airflow; the running one when absent.
    """
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(dags, target / "dags", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(include, target / "dags" / "include")
    with tempfile.TemporaryDirectory() as name:
        wheels = collect_wheels(Path(name), python_version)
        with zipfile.ZipFile(target / "plugins.zip", "w", zipfile.ZIP_STORED) as archive:
            for wheel in wheels:
                archive.write(wheel, wheel.name)
        (ours,) = (wheel for wheel in wheels if wheel.name.startswith("airflow_provider_media-"))
    requirement = f"airflow-provider-media=={ours.name.split('-')[1]}"
    (target / "requirements.txt").write_text(f"--find-links {PLUGINS}\n--no-index\n{requirement}\n")


def collect_wheels(folder: Path, python_version: str | None) -> list[Path]:
    """The wheel of this repository, and of everything that it needs."""
    # Without the extra "airflow": MWAA brings Airflow, the Amazon provider and boto3, and must keep its own.
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    here = folder / "here"
    subprocess.run([*pip, "wheel", "--quiet", "--wheel-dir", str(here), str(ROOT / "provider")], check=True)
    if python_version is None:
        return sorted(here.glob("*.whl"))
    # A few are published as sources alone; built here, they serve every machine, as there is no compiled code in them.
    there, (ours,) = folder / "there", here.glob("airflow_provider_media-*.whl")
    anywhere = folder / "anywhere"
    anywhere.mkdir()
    for wheel in here.glob("*-none-any.whl"):
        shutil.copy(wheel, anywhere)
    platforms = [f"--platform={platform}" for platform in PLATFORMS]
    of_target = [
        "--python-version",
        python_version,
        *platforms,
        "--only-binary",
        ":all:",
        "--find-links",
        str(anywhere),
    ]
    subprocess.run([*pip, "download", "--quiet", "--dest", str(there), *of_target, str(ours)], check=True)
    return sorted(there.glob("*.whl"))


def main() -> None:
    """Write the bundle of this repository, or of another project's folders."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--target", type=Path, default=ROOT / "dist" / "mwaa")
    parser.add_argument("--dags", type=Path, default=ROOT / "dags")
    parser.add_argument("--include", type=Path, default=ROOT / "include")
    parser.add_argument("--python-version", help="that of MWAA's Airflow, such as 3.12; the running one by default")
    arguments = parser.parse_args()
    try:
        bundle(
            arguments.target, dags=arguments.dags, include=arguments.include, python_version=arguments.python_version
        )
    except subprocess.CalledProcessError as error:
        sys.exit(f"The bundle was not made: pip ended with {error.returncode}; its message stands above.")
    size = sum(path.stat().st_size for path in arguments.target.rglob("*") if path.is_file())
    print(
        f"{arguments.target}: {size / 1024**2:.0f} MiB. Upload dags/, plugins.zip and requirements.txt to the bucket of"
        " the environment."
    )


if __name__ == "__main__":
    main()
