"""States of state machines as tasks."""
