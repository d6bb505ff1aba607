"""Uploads that become jobs: which upload starts what, listings, and messages of queues."""
