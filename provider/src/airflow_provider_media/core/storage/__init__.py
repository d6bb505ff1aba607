"""Storage of objects: one small protocol, and its implementations for folders, memory and the web.

The implementation for S3 is beside the Airflow hooks.
"""
