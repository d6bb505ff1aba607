"""Sensors that wait for uploads and jobs."""
