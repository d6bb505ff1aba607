"""State machines in the Amazon States Language and its dialects, as one pure engine.

    execution = execute(definition, {"clip": "a.mp4"}, invoke=do_task)      # in this process
    findings = validate(definition)                                         # all findings, each with its location

**Replay.** :func:`parse` turns a definition into an immutable :class:`Machine`. A :class:`JournaledExecution` walks the
machine with generators. A state that needs the outside world yields a :class:`StartTask` or a :class:`Timer`. A
Parallel or Map state forks further walks. When all walks wait, ``run.effects`` holds the effects that they wait for.
``run.apply`` takes journal entries (:class:`TaskSucceeded`, :class:`TaskErred`, :class:`TimerFired`, :class:`Stopped`).
Each entry resumes the walk that waits for its id; ``Stopped`` ends the execution. The entries give the time. The
execution's id and the state's location seed the randomness (UUIDs, jitter, ``$random``). :class:`Start` and the entries
are the only inputs, so :func:`replay` of the same journal always gives the same effects under the same ids. A driver
keeps the journal, performs each effect once under its id, and cancels effects that are no longer requested.
:func:`execute` is the simplest driver.

**Compilers to other engines** use :mod:`one_state` to evaluate a single state: effective input, transition after a
result or an error, the transition of a Choice, the items of a Map. The :class:`JournaledExecution` uses the same code.
"""

from airflow_provider_media.core.statelang.definition.states import Machine, State
from airflow_provider_media.core.statelang.dialects import Dialect, dialect_of
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
from airflow_provider_media.core.statelang.engine.execution_result import Execution
from airflow_provider_media.core.statelang.engine.history import HistoryEvent
from airflow_provider_media.core.statelang.engine.interpreter import execute, start_of
from airflow_provider_media.core.statelang.engine.replay import JournaledExecution, replay
from airflow_provider_media.core.statelang.errors import DefinitionInvalid, StateError, TaskFailed
from airflow_provider_media.core.statelang.expressions.view import View
from airflow_provider_media.core.statelang.parsing.parse import parse
from airflow_provider_media.core.statelang.validation import validate

__all__ = [
    "DefinitionInvalid",
    "Dialect",
    "Effect",
    "Entry",
    "Execution",
    "HistoryEvent",
    "JournaledExecution",
    "Machine",
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
    "execute",
    "from_json",
    "parse",
    "replay",
    "start_of",
    "to_json",
    "validate",
]
