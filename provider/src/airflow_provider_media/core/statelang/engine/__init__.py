"""The replayable core: effects out, journal entries in."""
