"""Announcements of jobs: events, targets, bodies and retries."""
