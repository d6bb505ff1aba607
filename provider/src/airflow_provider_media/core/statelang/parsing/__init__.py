"""Parsing: from JSON to the machine."""
