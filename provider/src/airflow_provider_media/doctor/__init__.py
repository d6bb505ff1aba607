"""What ``airflow media doctor`` looks at: each module checks one part of a deployment and answers with findings."""
