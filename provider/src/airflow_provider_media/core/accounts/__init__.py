"""Accounts: what each account may read, write and announce to, and its limits."""

DEFAULT_ACCOUNT = "default"
"""The account that exists without any file."""
