"""Senders: one module for each way in which an event reaches its targets."""
