"""Workflows: YAML that people write, resolved and frozen for a job."""
