"""Triggers: waits without a worker."""
