# Airflow with this provider, for every service of docker-compose.yaml.
FROM apache/airflow:3.3.2-python3.11

# ffmpeg's sandbox; the tool chain itself comes as wheels with the provider.
USER root
RUN apt-get update \
 && apt-get install -y --no-install-recommends bubblewrap \
 && rm -rf /var/lib/apt/lists/*
USER airflow

# The provider alone first: an edited DAG or workflow is mounted and needs no new image.
COPY --chown=airflow:0 provider /opt/media/provider
# The base image brings Airflow; naming its version keeps pip from moving it. The extra holds a Celery with which workers start.
# The packages that built the console are not needed again.
RUN pip install --no-cache-dir "apache-airflow==${AIRFLOW_VERSION}" "/opt/media/provider[airflow,celery]" \
 && rm -rf /opt/media/provider/console/node_modules

# So that the image also runs without mounts, as on Kubernetes.
COPY --chown=airflow:0 dags /opt/airflow/dags
COPY --chown=airflow:0 plugins /opt/airflow/plugins
COPY --chown=airflow:0 include /opt/airflow/include
