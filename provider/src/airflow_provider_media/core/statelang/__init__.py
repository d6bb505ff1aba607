"""State machines in Amazon's States Language and Tencent's dialect of it, as one pure engine.

    execution = execute(definition, {"clip": "a.mp4"}, invoke=do_task)      # in this process
    findings = validate(definition)                                         # all at once, with places

**How it is replayable.** :func:`parse` turns a definition into an immutable :class:`Machine`. A :class:`Run` walks it by
generators: a state that needs the outside world yields a :class:`StartTask` or a :class:`Timer`, a Parallel or Map forks
further walks. When all walks wait, ``run.effects`` is what they wait for. What then happens is told by ``run.apply`` as
journal entries (:class:`TaskSucceeded`, :class:`TaskErred`, :class:`TimerFired`, :class:`Stopped`), each of which
resumes the walk that waits for its id. Time is that of the entries, and randomness (UUIDs, jitter, ``$random``) grows
from the execution's id and the state's place. So nothing but :class:`Start` and the entries ever comes in, and
:func:`replay` of the same journal always gives the same effects, under the same ids. A driver keeps the journal, does
each effect once under its id, and cancels what is no longer asked for; :func:`execute` is the simplest one.

**For compilers to other engines**, :mod:`one_state` asks a state by itself: effective input, transition after a result or
an error, a choice's way, a Map's items. It is the same code that :class:`Run` uses.
"""

from airflow_provider_media.core.statelang.dialect import dialect_of, display_status
from airflow_provider_media.core.statelang.engine.effects import (
    Effect,
    Entry,
    Start,
    StartTask,
    Stopped,
    TaskErred,
    TaskSucceeded,
    Timer,
    TimerFired,
    from_json,
    to_json,
)
from airflow_provider_media.core.statelang.engine.history import HistoryEvent
from airflow_provider_media.core.statelang.engine.replay import Execution, JournaledExecution, replay
from airflow_provider_media.core.statelang.errors import DefinitionInvalid, StateError, TaskFailed
from airflow_provider_media.core.statelang.interpreter import execute, start_of
from airflow_provider_media.core.statelang.parse import parse
from airflow_provider_media.core.statelang.states import Machine, State
from airflow_provider_media.core.statelang.validation import MachineDiagnostic, validate
from airflow_provider_media.core.statelang.view import View

__all__ = [
    "DefinitionInvalid",
    "Effect",
    "Entry",
    "Execution",
    "HistoryEvent",
    "JournaledExecution",
    "Machine",
    "MachineDiagnostic",
    "Start",
    "StartTask",
    "State",
    "StateError",
    "Stopped",
    "TaskErred",
    "TaskFailed",
    "TaskSucceeded",
    "Timer",
    "TimerFired",
    "View",
    "dialect_of",
    "display_status",
    "execute",
    "from_json",
    "parse",
    "replay",
    "start_of",
    "to_json",
    "validate",
]
