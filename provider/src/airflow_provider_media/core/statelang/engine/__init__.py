"""The replayable engine: journal entries in, effects out."""
