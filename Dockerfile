# The kit and its live server; README.md and `./run_docker.sh help` say how it is used.
#
# BASE needs Python 3.11 or newer with venv. docker/without_registry.sh makes one of Debian's
# packages, where no image registry is reached.
ARG BASE=python:3.13-slim

FROM ${BASE} AS packages
ENV PIP_NO_CACHE_DIR=1 PIP_NO_INPUT=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python3 -m venv /opt/venv
COPY docker/requirements.txt /streamdrill/docker/
RUN /opt/venv/bin/pip install --only-binary :all: --require-hashes \
    --requirement /streamdrill/docker/requirements.txt
# The kit is used where it lies, as in a clone; this makes the command and the metadata.
COPY pyproject.toml README.md LICENSE /streamdrill/
COPY grader/__init__.py /streamdrill/grader/
RUN /opt/venv/bin/pip install --no-deps --no-build-isolation --editable /streamdrill \
        --config-settings editable_mode=compat \
    && /opt/venv/bin/pip uninstall --yes --quiet setuptools pip

FROM ${BASE}
RUN useradd --uid 10001 --user-group --no-create-home --home-dir /state streamdrill \
    && install --directory --owner streamdrill --group streamdrill /state
COPY --from=packages /opt/venv /opt/venv
COPY catalogue.toml pyproject.toml /streamdrill/
COPY docker/healthy.py /streamdrill/docker/
COPY interview /streamdrill/interview
COPY sources /streamdrill/sources
COPY grader /streamdrill/grader
COPY tests/behaviours /streamdrill/tests/behaviours
COPY solutions /streamdrill/solutions
COPY exercises /streamdrill/exercises
RUN /opt/venv/bin/python -m compileall -q /streamdrill

ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    STREAMDRILL_STATE=/state \
    TARGET=solutions \
    PORT=8000
WORKDIR /streamdrill
USER 10001:10001
VOLUME /state
EXPOSE 8000
HEALTHCHECK --interval=5s --timeout=5s --start-period=30s \
    CMD ["python", "docker/healthy.py"]
CMD ["sh", "-c", "exec grade serve --target \"$TARGET\" --host 0.0.0.0 --port \"$PORT\""]
