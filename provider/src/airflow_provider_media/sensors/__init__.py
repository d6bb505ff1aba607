"""Sensors that wait for media."""
