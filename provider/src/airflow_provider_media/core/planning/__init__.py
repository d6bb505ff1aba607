"""Planning: MediaInfo and a frozen workflow become a plan of units, their artifacts, and the checks of each result."""
