"""Choice of the command that this worker runs: hardware encoders are found by a test encode."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import chain
from pathlib import Path

from airflow_provider_media.core.errors import MediaError
from airflow_provider_media.core.ffmpeg.devices import DEVICES, has_device
from airflow_provider_media.core.ffmpeg.errors import OTHER_DEVICE, EncoderUnavailable
from airflow_provider_media.core.ffmpeg.hardware import trial_arguments
from airflow_provider_media.core.ffmpeg.limits import Limits
from airflow_provider_media.core.ffmpeg.runner import run as run_tool
from airflow_provider_media.core.ffmpeg.toolchain import Toolchain
from airflow_provider_media.core.jobs.model import Engine
from airflow_provider_media.core.plans import Command, HardwareEncode


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenCommand:
    """The command that a worker runs, and the encoders that it uses."""

    command: Command
    encoders: Mapping[str, str] = field(default_factory=dict)
    """Encoder of each file for which the plan knows hardware: ``nvenc`` and the like, or ``software``."""
    warnings: tuple[str, ...] = ()


def choose_command(command: Command, engine: Engine, *, name: str, devices: Path = DEVICES) -> ChosenCommand:
    """Return the first alternative of a command that this worker's devices make, else the command itself.

    :param name: name of the work, for errors and warnings.
    :param devices: folder of device nodes.
    :raises EncoderUnavailable: when the command itself needs a hardware encoder that this worker's device refuses.
    """
    refusals = []
    for other in command.alternatives:
        if not all(has_device(encode.encoder, devices=devices) for encode in other.hardware):
            continue
        if not (refusal := _refused(other.hardware, engine)):
            return ChosenCommand(command=other, encoders=_encoders(command, other))
        refusals.append(refusal)
    if refusal := _refused(command.hardware, engine):
        raise EncoderUnavailable(f"{name}: {refusal}; {OTHER_DEVICE}")
    warnings = (f"{name}: software encodes, because {'; '.join(refusals)}",) if refusals else ()
    return ChosenCommand(command=command, encoders=_encoders(command, command), warnings=warnings)


def run_chosen(
    command: Command,
    engine: Engine,
    *,
    name: str,
    run: Callable[[Command], list[str]],
    devices: Path = DEVICES,
) -> ChosenCommand:
    """Run the command that ``choose_command`` chooses, and the command itself where a device then refuses the encode.

    :param run: runs a command, and returns warnings.
    :param devices: folder of device nodes.
    :return: the command that made the files, with all warnings.
    :raises EncoderUnavailable: when the command itself needs a hardware encoder that this worker's device refuses.
    """
    chosen = choose_command(command, engine, name=name, devices=devices)
    try:
        return replace(chosen, warnings=(*chosen.warnings, *run(chosen.command)))
    except EncoderUnavailable as error:
        if chosen.command is command:
            raise
        refusal = f"{name}: software encodes, because {error.detail['said']}"
    # A device that makes the test encode may refuse a larger picture, or one more encode beside those of other tasks.
    warnings = run(command)
    return ChosenCommand(command=command, encoders=_encoders(command, command), warnings=(refusal, *warnings))


def _encoders(planned: Command, chosen: Command) -> dict[str, str]:
    known = chain.from_iterable(other.hardware for other in planned.alternatives)
    return {encode.file: "software" for encode in known} | {encode.file: encode.encoder for encode in chosen.hardware}


def _refused(encodes: Sequence[HardwareEncode], engine: Engine) -> str:
    """Return why this worker's devices do not make all of a command's files; empty when they do."""
    if not encodes:
        return ""
    engine.raise_if_cancelled()
    any_files = tuple(replace(encode, file="") for encode in encodes)
    reason = _refusal(any_files, engine.toolchain, engine.limits, require_sandbox=engine.require_sandbox)
    used = " and ".join(dict.fromkeys(encode.encoder for encode in encodes))
    return f"{used} refuses a test encode ({reason})" if reason else ""


@cache
def _refusal(
    encodes: tuple[HardwareEncode, ...], toolchain: Toolchain, limits: Limits, *, require_sandbox: bool
) -> str:
    """Return why a test encode fails, once per process; empty when it succeeds."""
    with tempfile.TemporaryDirectory(prefix="test_encode_") as directory:
        try:
            run_tool(
                Command(arguments=trial_arguments(encodes), hardware=encodes),
                directory=Path(directory),
                source=None,
                toolchain=toolchain,
                limits=limits,
                name="test encode",
                require_sandbox=require_sandbox,
            )
        except MediaError as error:
            return str(error.detail.get("said") or error.message)
    return ""
