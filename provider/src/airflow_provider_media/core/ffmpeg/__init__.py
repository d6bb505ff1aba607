"""ffmpeg, ffprobe and their sandbox: compiling, running, watching and diagnosing their commands."""
