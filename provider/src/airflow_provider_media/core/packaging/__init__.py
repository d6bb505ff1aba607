"""HLS, DASH and WebVTT: how they are written and read."""
