"""The project: the one judge of what lint accepts, what can be submitted, and what becomes a DAG."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from airflow_provider_media.core.accounts.accounts import Queues, load_queues, parse_queues
from airflow_provider_media.core.diagnostics import Diagnostic, Mark
from airflow_provider_media.core.errors import ConfigurationError, WorkflowInvalid
from airflow_provider_media.core.workflows.document import read_file
from airflow_provider_media.core.workflows.model import FrozenWorkflow
from airflow_provider_media.core.workflows.presets import Presets, load_presets

if TYPE_CHECKING:
    from airflow_provider_media.core.project.machine_files import MachineFile

YAML_FILES = "*.y*ml"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectFiles:
    """Files of a project, or of a part of it."""

    workflows: tuple[Path, ...] = ()
    machines: tuple[Path, ...] = ()
    """Definitions of state machines; the settings of each lie beside it."""
    stored_workflows: tuple[Path, ...] = ()
    """Copies of stored workflows, each named as it is stored; the name of a file is no name of a stored one."""
    stored_machines: tuple[Path, ...] = ()
    """Copies of stored state machines."""
    presets: Path | None = None
    """Folder of the project's own presets; it need not exist."""
    accounts: Path | None = None
    """The file ``queues.yaml``; it need not exist."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """All that the files of a project define. A file with an error defines nothing, and takes nothing else away."""

    workflows: Mapping[str, FrozenWorkflow] = field(default_factory=dict)
    """Workflows by name."""
    workflow_paths: Mapping[str, Path] = field(default_factory=dict)
    """File of each workflow, by the workflow's name."""
    machines: Mapping[str, MachineFile] = field(default_factory=dict)
    """State machines by name."""
    presets: Presets
    accounts: Queues | None
    """None if the accounts file has errors."""
    diagnostics: tuple[Diagnostic, ...] = ()
    """Errors and warnings of all files, in order of place."""

    @classmethod
    def load(cls, files: ProjectFiles, cache_directory: Path | None = None) -> Project:
        """Return the project in files as they are now.

        :param cache_directory: directory of the parse cache for all workflows of a folder; no cache when absent.
        """
        presets, preset_files, preset_problems = _load_presets(files.presets)
        accounts, account_problems = _load_accounts(files.accounts)
        workflows, paths, workflow_problems = _load_workflows(files, presets, preset_files, accounts, cache_directory)
        machines, machine_problems = _load_machines(files)
        # A mistake in a preset is found in the preset's file, and again in each workflow that uses the preset.
        found = dict.fromkeys([*preset_problems, *account_problems, *workflow_problems, *machine_problems])
        return cls(
            workflows=workflows,
            workflow_paths=paths,
            machines=machines,
            presets=presets,
            accounts=accounts,
            diagnostics=tuple(sorted(found, key=lambda one: (one.mark, one.field))),
        )

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        """The diagnostics that make a file unusable."""
        return tuple(one for one in self.diagnostics if one.is_error)

    def errors_in(self, paths: Iterable[Path]) -> tuple[Diagnostic, ...]:
        """Return the errors in some of the files."""
        names = set(map(str, paths))
        return tuple(one for one in self.errors if one.mark.file in names)


def yaml_files(folder: Path | None) -> tuple[Path, ...]:
    """Return the YAML files of a folder, in order of their names; none if there is no folder."""
    return tuple(sorted(folder.glob(YAML_FILES))) if folder is not None else ()


def _load_presets(folder: Path | None) -> tuple[Presets, tuple[Path, ...], list[Diagnostic]]:
    presets, paths = load_presets(folder), yaml_files(folder)
    found: list[Diagnostic] = []
    if paths:
        from airflow_provider_media.core.project.preset_files import check_presets

        for path in paths:
            found += check_presets(path, presets)
    return presets, paths, found


def _load_accounts(path: Path | None) -> tuple[Queues | None, list[Diagnostic]]:
    if path is None:
        return parse_queues({}), []
    try:
        return load_queues(path), []
    except ConfigurationError as error:
        name = str(error.detail.get("field", ""))
        message = error.message.removeprefix(f"{path}: ").removeprefix(f"{name}: ")
        return None, [Diagnostic(mark=_account_mark(path, name), field=name, message=message, rule="accounts")]
    except OSError as error:
        mark = Mark(file=str(path), line=1, column=1)
        return None, [Diagnostic(mark=mark, message=f"cannot be read: {error.strerror}", rule="file")]


def _account_mark(path: Path, name: str) -> Mark:
    try:
        return read_file(path).nearest(tuple(name.split("."))).mark
    except WorkflowInvalid:
        return Mark(file=str(path), line=1, column=1)


def _load_workflows(
    files: ProjectFiles,
    presets: Presets,
    preset_files: tuple[Path, ...],
    accounts: Queues | None,
    cache_directory: Path | None,
) -> tuple[dict[str, FrozenWorkflow], dict[str, Path], list[Diagnostic]]:
    all_files = [*sorted(files.workflows), *sorted(files.stored_workflows)]
    if not all_files:
        return {}, {}, []
    from airflow_provider_media.core.project.workflow_files import WorkflowContext, parse_files

    context = WorkflowContext(
        presets=presets, preset_files=preset_files, accounts=accounts, accounts_file=files.accounts
    )
    workflows: dict[str, FrozenWorkflow] = {}
    paths: dict[str, Path] = {}
    found: list[Diagnostic] = []
    stems, stored = {path.stem for path in files.workflows}, set(files.stored_workflows)
    for path, parsed in parse_files(all_files, context, cache_directory).items():
        found += parsed.diagnostics
        if parsed.workflow is None:
            continue
        name = parsed.workflow.workflow.name
        if path in stored and (problem := _stored_problem(path, name, stems | workflows.keys())):
            found.append(problem)
        elif name in workflows:
            found.append(_name_taken(path, name, paths[name]))
        else:
            workflows[name], paths[name] = parsed.workflow, path
    return workflows, paths, found


def _name_taken(path: Path, name: str, owner: Path) -> Diagnostic:
    message = f"{name!r} is the name of the workflow in {owner} already; give this one another"
    return Diagnostic(
        mark=read_file(path).nearest(("name",)).mark, field="name", message=message, rule="duplicate-name"
    )


def _stored_problem(path: Path, name: str, taken: Collection[str]) -> Diagnostic | None:
    """Return why a stored workflow defines nothing; None if it does."""
    mark = read_file(path).nearest(("name",)).mark
    if name != path.stem:
        message = f"is {name!r}, but the workflow is stored as {path.stem!r}; save it with `name: {path.stem}`"
        return Diagnostic(mark=mark, field="name", message=message, rule="definition-name")
    return _name_of_file(mark, name) if name in taken else None


def _name_of_file(mark: Mark, name: str) -> Diagnostic:
    message = (
        f"{name!r} is stored, and a file of include/ has this name too: the file counts, and the stored one is ignored;"
        " disable the stored one, or take the file out"
    )
    return Diagnostic(mark=mark, field="name", message=message, rule="definition-in-files")


def _load_machines(files: ProjectFiles) -> tuple[dict[str, MachineFile], list[Diagnostic]]:
    machines: dict[str, MachineFile] = {}
    found: list[Diagnostic] = []
    stems = {path.stem for path in files.machines}
    for path in (*sorted(files.machines), *sorted(files.stored_machines)):
        from airflow_provider_media.core.project.machine_files import examine_machine

        if path in files.stored_machines and path.stem in stems:
            found.append(_name_of_file(Mark(file=str(path), line=1, column=1), path.stem))
            continue
        machine, diagnostics = examine_machine(path)
        found += diagnostics
        if machine is not None:
            machines[machine.name] = machine
    return machines, found
