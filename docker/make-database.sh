#!/bin/sh
# Makes the two roles and the database as a superuser: once, on an empty server. Reads OWNER_PASSWORD and APP_PASSWORD,
# and whatever libpq reads (PGHOST, POSTGRES_USER for the image). The migrations do the rest as the owner.
set -eu
: "${OWNER_PASSWORD:?}" "${APP_PASSWORD:?}"
psql -v ON_ERROR_STOP=1 --no-psqlrc --username "${POSTGRES_USER:-postgres}" --dbname postgres <<'SQL'
\getenv owner_password OWNER_PASSWORD
\getenv app_password APP_PASSWORD
CREATE ROLE smartcity_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE smartcity_app LOGIN PASSWORD :'app_password';
CREATE DATABASE smartcity OWNER smartcity_owner TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8';
\connect smartcity
CREATE EXTENSION IF NOT EXISTS postgis;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS fuzzystrmatch;
REVOKE CONNECT, TEMPORARY ON DATABASE smartcity FROM PUBLIC;
GRANT CONNECT ON DATABASE smartcity TO smartcity_app;
SQL
