"""Priorities, quotas and the rules of submission."""
