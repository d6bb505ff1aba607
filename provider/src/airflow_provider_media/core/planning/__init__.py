"""From MediaInfo and a frozen workflow to a plan: what will run, what it will make, and how each result is checked."""
