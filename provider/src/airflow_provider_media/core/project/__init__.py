"""Project: all workflows, state machines, presets and accounts of a deployment, and what is wrong with their files."""
