"""Facts of a source, and the notations for times, sizes and places."""
