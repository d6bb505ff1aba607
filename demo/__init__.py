"""The local stack: a real Airflow and an S3/SQS stand-in on loopback, for the demo and the system tests."""
