# The service as an image: dependencies by hash, then the code; runs as an ordinary user, needs nothing at run time.
FROM python:3.12-slim-bookworm AS dependencies
COPY lock/run.txt /tmp/run.txt
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r /tmp/run.txt

FROM python:3.12-slim-bookworm
RUN useradd --system --home-dir /nonexistent --shell /usr/sbin/nologin smartcity && \
  install -d -o smartcity -m 700 /imports
COPY --from=dependencies /venv /venv
COPY migrations /app/migrations
COPY src /app/src
COPY NOTICE README.md /app/
ENV PATH=/venv/bin:$PATH PYTHONPATH=/app/src PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 HOST=0.0.0.0
USER smartcity
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s \
  CMD ["sh", "-c", "python -c \"import urllib.request; urllib.request.urlopen('http://127.0.0.1:${PORT:-8000}/readyz', timeout=4)\""]
ENTRYPOINT ["python", "-m", "smartcity_api.cli"]
CMD ["serve"]
