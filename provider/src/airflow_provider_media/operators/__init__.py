"""Operators: one per kind of output, and one per task of a job."""
