"""Workflows: YAML written by people, resolved and frozen for a job."""
