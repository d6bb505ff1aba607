"""What is there: facts of a source, and the notations people use for times, sizes and places."""
