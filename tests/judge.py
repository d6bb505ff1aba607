"""What the outputs of a job are held against: the source as plain decoding shows it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.draws import Draw
from tests.oracle import Seen, canvas_of, see


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """What outputs are held against."""

    made: Draw
    truth: Seen
    canvas: tuple[int, int] | None

    @property
    def times(self) -> NDArray[np.float64]:
        """Seconds of the source's frames from the earliest start on."""
        return self.truth.times - self.truth.start

    @property
    def duration(self) -> float:
        """Seconds from the earliest start to the latest end."""
        return self.truth.end - self.truth.start

    def on_display(self, time: float) -> int:
        """Number of the frame that a viewer sees at a time."""
        return max(0, int(np.searchsorted(self.times, time, side="right")) - 1)

    def at_or_after(self, time: float) -> int:
        """Number of the first frame from a time on; the last one where there is none."""
        return min(len(self.times) - 1, int(np.searchsorted(self.times, time, side="left")))

    def seen(self, path: Path) -> Seen:
        """What an output shows and sounds like."""
        return see(path, self.canvas, track=0 if self.truth.has_sound else None)


def truth_of(made: Draw, source: Path) -> Judge:
    """The judge of a source."""
    canvas = canvas_of(*made.display) if made.codec else None
    # Pictures that stand on their heads begin with the other field.
    fields = {"tff": "bff", "bff": "tff"}.get(made.fields, "") if made.turned == 180 else made.fields
    before = f"bwdif=mode=send_frame:parity={fields}" if fields else ""
    seen = see(
        source,
        canvas,
        track=made.main_track if made.tracks else None,
        before=before,
        ratio=made.ratio if len(made.looks) > 1 else "",
    )
    return Judge(made=made, truth=seen, canvas=canvas)
