"""One example for each operator: its documentation, and its test."""
