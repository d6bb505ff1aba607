"""What a job is: its facts, the results of its stages, its manifest, and the places of its files."""
