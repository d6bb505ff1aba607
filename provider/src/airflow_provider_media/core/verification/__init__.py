"""Packages and WebVTT for players, and the checks that every file passes before it is published."""
