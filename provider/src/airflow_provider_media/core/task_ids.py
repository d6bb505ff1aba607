"""Ids of tasks: every id of this package is written here once."""

from __future__ import annotations

SLOT_TASK, CLOSE_TASK = "job", "close"
"""Tasks of a job's run in its queue: one holds a slot until the job has ended, the other announces the end."""
PROBE, PLAN, ENCODE, PACKAGE, PUBLISH = "probe", "plan", "encode", "package", "publish"
"""Tasks of a job's run in its workflow's DAG. The last one returns the manifest in short form."""
STAGES = (PROBE, PLAN, ENCODE, PACKAGE, PUBLISH)
"""The stages of a job, in order."""
TARGETS, DELIVER = "targets", "deliver"
"""Tasks of an announcement: one lists the targets, the other is mapped over them."""
WAIT, SUBMIT = "wait", "submit"
"""Tasks of a DAG that finds uploads by listing: one waits for uploads, the other submits their jobs."""
LOCATIONS, PRUNE = "locations", "prune"
"""Tasks of the maintenance: one lists the output locations, the other is mapped over them."""
CHILD_TASK = "task"
"""The task of a child run."""
RESULT = "result"
"""The task that ends an execution's run. No state's task gets this id."""
ENTER, EXIT = "enter", "exit"
"""The first and the last task inside the task group of a state."""
EACH = "each"
"""The task group that is mapped over a Map's items."""
