"""Publication of a job: files, manifest, contact sheet and player page."""
