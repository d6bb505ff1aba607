"""Definitions: workflows and state machines in a store beside the files of ``include/``, with all their versions."""
