"""Pass: passes on its input or a fixed result."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from airflow_provider_media.core.statelang.engine.scope import VisitScope
from airflow_provider_media.core.statelang.engine.steps import Walk
from airflow_provider_media.core.statelang.jsontext import Json
from airflow_provider_media.core.statelang.states.state import State
from airflow_provider_media.core.statelang.view import ABSENT


@dataclass(frozen=True, slots=True, kw_only=True)
class PassState(State):
    """A state that passes on its input or a fixed result.

    :param result: ``Result``, a literal value and no payload template.
    """

    kind: ClassVar[str] = "Pass"
    result: Json = ABSENT

    def work(self, visit: VisitScope) -> Walk:
        """Return the fixed result, or the effective input."""
        value = self.flow.effective_input(visit.view())
        return value if self.result is ABSENT else self.result
        yield
