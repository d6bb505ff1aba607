"""Hooks: connections to media, and the engine that processes it."""
