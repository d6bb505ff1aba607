"""Where objects live: one small protocol, and its implementations for folders and memory; S3's stands beside the Airflow hooks."""
