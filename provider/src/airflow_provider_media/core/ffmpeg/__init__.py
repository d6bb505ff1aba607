"""ffmpeg, ffprobe and their sandbox: commands are compiled, run, watched and diagnosed here."""
