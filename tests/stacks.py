"""Projects laid out like the repository, and the stack on them, for tests in a real Airflow."""

import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from demo.stack import ROOT, Stack, local_stack


def lay_out_project(
    top: Path, *dags: Path | str, include: Mapping[str, str] | None = None, folders: Iterable[str] = ()
) -> Path:
    """Make a project of some DAG files, the plugin and some files of its include folder, and return its folder.

    :param dags: DAG files: names in the repository's dags folder, or absolute paths.
    :param include: texts of files by their paths in the include folder.
    :param folders: further folders, which are empty.
    """
    for folder in ("dags", "plugins", *folders):
        (top / folder).mkdir(parents=True)
    for dag in dags:
        shutil.copy(ROOT / "dags" / dag, top / "dags")
    shutil.copy(ROOT / "plugins" / "media_plugin.py", top / "plugins")
    for name, text in (include or {}).items():
        file = top / "include" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return top


@contextmanager
def project_stack(
    project: Path,
    *,
    home: Path | None = None,
    options: Mapping[str, str] | None = None,
    dag_ids: Iterable[str] = (),
) -> Iterator[Stack]:
    """Run the stack on a project for the length of a ``with`` block.

    :param home: home of the stack; a folder in the project by default.
    :param options: further Airflow options as ``section.name``.
    :param dag_ids: DAGs that Airflow has parsed when the block begins.
    """
    with local_stack(
        home or project / "home", dags=project / "dags", plugins=project / "plugins", options=options
    ) as running:
        for dag_id in dag_ids:
            running.wait_for_dag(dag_id)
        yield running
        # Airflow's triggerer ends six seconds after it is asked to, and nothing of this home is needed any more.
        if "triggerer" in running.components:
            running.kill("triggerer")
