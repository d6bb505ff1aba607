"""Limits of the section ``[media]`` of Airflow's configuration: name, type, default and meaning of each."""

LIMITS: tuple[tuple[str, str, str, str], ...] = (
    ("limit_source_bytes", "integer", "214748364800", "Largest source in bytes (200 GiB)."),
    (
        "limit_kept_source_bytes",
        "integer",
        "107374182400",
        (
            "Most bytes of fetched sources that a worker keeps for its next tasks (100 GiB). Those used last stay, and"
            " those in use always do."
        ),
    ),
    (
        "reuse_days",
        "float",
        "30",
        (
            "Days without use after which the DAG media_maintenance deletes finished work, below each output location."
            " When empty: never because of age."
        ),
    ),
    (
        "reuse_bytes",
        "integer",
        "1099511627776",
        (
            "Most bytes of finished work that media_maintenance keeps below each output location (1 TiB). Those used"
            " last stay. When empty: without limit."
        ),
    ),
    ("limit_pixels", "integer", "35389440", "Most pixels of one frame, width times height (8192 x 4320)."),
    ("limit_streams", "integer", "64", "Most streams of a source."),
    ("limit_duration", "float", "43200", "Longest source in seconds (12 hours)."),
    ("limit_frame_rate", "float", "300", "Highest frame rate of a source."),
    ("limit_output_bytes", "integer", "214748364800", "Largest single output file in bytes (200 GiB)."),
    ("limit_memory", "integer", "17179869184", "Most address space of one tool in bytes (16 GiB)."),
    (
        "limit_stall_seconds",
        "float",
        "120",
        (
            "Seconds without progress after which a tool is stopped. Those in which the machine does not let it work do"
            " not count."
        ),
    ),
    (
        "limit_seconds_per_second",
        "float",
        "10000",
        "Seconds of processor time that a tool may use per second of media, on top of an hour.",
    ),
    (
        "limit_fetch_seconds",
        "float",
        "14400",
        "Seconds within which a source must have been fetched from the web or from S3 (4 hours).",
    ),
    (
        "limit_fetch_bytes_per_second",
        "integer",
        "16384",
        (
            "Slowest rate at which a source may arrive, measured over half a minute of waiting for its server; from S3,"
            " over five minutes."
        ),
    ),
)
