"""Choice of the command that this worker runs: hardware encoders are found by a test encode."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import chain
from pathlib import Path

from airflow_provider_media.core.errors import MediaError
from airflow_provider_media.core.ffmpeg.devices import has_device
from airflow_provider_media.core.ffmpeg.errors import EncoderUnavailable
from airflow_provider_media.core.ffmpeg.limits import Limits
from airflow_provider_media.core.ffmpeg.runner import run
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


def choose_command(command: Command, engine: Engine, *, name: str, devices: Path = Path("/dev")) -> ChosenCommand:
    """Return the first alternative of a command that this worker's devices make, else the command itself.

    :param name: name of the work, for errors and warnings.
    :param devices: folder of device nodes.
    :raises EncoderUnavailable: when the command itself needs a hardware encoder that this worker's device refuses.
    """
    refusals = []
    for other in command.alternatives:
        if not all(has_device(encode.encoder, devices=devices) for encode in other.hardware):
            continue
        if (refusal := _refused(other.hardware, engine)) is None:
            return ChosenCommand(command=other, encoders=_encoders(command, other))
        refusals.append(refusal)
    if refusal := _refused(command.hardware, engine):
        raise EncoderUnavailable(
            f"{name}: {refusal}; send the work to workers with such a device ([media] queue), or let the output say"
            " encoder: auto",
        )
    warnings = (f"{name}: software encodes, because {'; '.join(refusals)}",) if refusals else ()
    return ChosenCommand(command=command, encoders=_encoders(command, command), warnings=warnings)


def _encoders(planned: Command, chosen: Command) -> dict[str, str]:
    known = chain.from_iterable(other.hardware for other in planned.alternatives)
    return {encode.file: "software" for encode in known} | {encode.file: encode.encoder for encode in chosen.hardware}


def _refused(encodes: Sequence[HardwareEncode], engine: Engine) -> str | None:
    """Return the first refusal of what a command needs; None when this worker's devices make all of it."""
    for encode in encodes:
        engine.raise_if_cancelled()
        any_file = replace(encode, file="")
        if reason := _refusal(any_file, engine.toolchain, engine.limits, require_sandbox=engine.require_sandbox):
            return f"{encode.encoder} refuses a test encode ({reason})"
    return None


@cache
def _refusal(encode: HardwareEncode, toolchain: Toolchain, limits: Limits, *, require_sandbox: bool) -> str | None:
    """Return why a test encode fails, once per process; None when it succeeds."""
    with tempfile.TemporaryDirectory(prefix="test_encode_") as directory:
        try:
            run(
                Command(arguments=encode.test_arguments, hardware=(encode,)),
                directory=Path(directory),
                source=None,
                toolchain=toolchain,
                limits=limits,
                name="test encode",
                require_sandbox=require_sandbox,
            )
        except MediaError as error:
            return str(error.detail.get("said") or error.message)
    return None
