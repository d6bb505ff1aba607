"""Waits: a task defers until a callback, an approval or the end of a child run resumes it."""
