"""Resources that a Task state can call."""
