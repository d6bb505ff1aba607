"""Waits: a task sleeps until a task token, an approval or a child run wakes it."""
