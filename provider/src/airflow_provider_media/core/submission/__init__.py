"""Accounts, queues, admission, and the forms of requests and job views."""
