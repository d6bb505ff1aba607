"""What is told about jobs, to whom, in which form, and when it is told again."""
