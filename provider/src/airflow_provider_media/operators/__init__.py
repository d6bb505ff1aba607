"""Operators: one kind of output each, and the tasks of a job."""
