"""Connections to where media lies, and the engine that works on it."""
