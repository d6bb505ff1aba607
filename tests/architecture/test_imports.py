import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

CORE_ALONE = """
import importlib, pkgutil, sys

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"airflow", "boto3", "botocore", "fastapi", "sqlalchemy"}:
            raise ModuleNotFoundError(f"{name} is not installed here", name=name)

sys.meta_path.insert(0, Absent())
import airflow_provider_media.core as core
names = [module.name for module in pkgutil.walk_packages(core.__path__, "airflow_provider_media.core.")]
for name in names:
    importlib.import_module(name)
print(len(names))
"""


def test_core_imports_without_airflow_and_cloud_packages():
    done = subprocess.run([sys.executable, "-c", CORE_ALONE], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr[-2000:]
    assert int(done.stdout) > 30


def test_every_import_points_the_way_of_the_layers():
    lint = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False, timeout=110)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
