"""Output kind: everything that the package needs to know about one kind of output."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from airflow_provider_media.core.outputs import OutputSpec
from airflow_provider_media.core.planning.geometry import Size
from airflow_provider_media.core.planning.names import NamedOutput, Naming
from airflow_provider_media.core.planning.output_plan import OutputContext, OutputPlan

SpecT = TypeVar("SpecT", bound=OutputSpec)


@dataclass(frozen=True, slots=True, kw_only=True)
class DecodeNeed:
    """How much of the source an output has to decode."""

    decodes_all: bool = True
    """Whether the output needs the video of the whole source."""
    seek_cost: float | None = None
    """Seconds that are decoded when the output seeks; None where the output cannot seek."""
    must_seek: bool = False


def decode_everything(_output: OutputContext, _spec: Any) -> DecodeNeed:
    """Return the need of an output that decodes the video of the whole source."""
    return DecodeNeed()


def decode_nothing(_output: OutputContext, _spec: Any) -> DecodeNeed:
    """Return the need of an output that decodes no video, such as a document."""
    return DecodeNeed(decodes_all=False)


def single_file(naming: Naming, output: NamedOutput, spec: Any) -> list[str]:
    """Return the key of an output with one file, in the spec's ``format``, or in JSON without one."""
    size = Size(getattr(spec, "width", None) or 0, getattr(spec, "height", None) or 0)
    return [naming.file(output, getattr(spec, "format", "json"), size)]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputKind(Generic[SpecT]):
    """One kind of output. Its name is the default of the spec's field ``kind``."""

    spec: type[SpecT]
    """Fields of the output, as workflows, operators and presets write them."""
    plan: Callable[[OutputContext, SpecT], OutputPlan]
    """Plans the output for one source."""
    sample_keys: Callable[[Naming, NamedOutput, SpecT], list[str]] = single_file
    """Keys that the output would write for a sample source; ``lint`` compares them with those of other outputs."""
    decode_need: Callable[[OutputContext, SpecT], DecodeNeed] = decode_everything
    """How much of one source the output decodes."""
    decodes_whole_video: Callable[[SpecT], bool] = lambda _: False
    """Whether the output decodes the whole video of every source that has a video, and can so replace a check of it."""
    sdr_sizes: Callable[[Size, SpecT], list[Size]] = lambda *_: []
    """Sizes of SDR videos that the output makes of a video of one size; one tone mapping serves them all."""
    makes_media: bool = True
    """Whether the output is more than a report, so that a workflow and a task ``media:<kind>`` may have it alone."""
    synonyms: tuple[str, ...] = ()
    """Words of other tools, by which ``lint`` finds the kind that an author means."""
    post_process: Callable[[Path, Mapping[str, Any]], None] | None = None
    """Makes files in a unit's directory of what ffmpeg wrote there, by the settings of the plan."""
    verify: Callable[[Path, Mapping[str, Any]], dict[str, Any]] | None = None
    """Compares a data file with the planned facts and returns its facts for the manifest.

    It raises ``VerificationFailed`` on a difference. Media and pictures need no such function."""

    @property
    def name(self) -> str:
        """Name of the kind in workflows."""
        return str(self.spec.model_fields["kind"].default)
