#!/bin/sh
# Writes lock/*.txt from pyproject.toml: exact versions with hashes for every platform, no registry's address.
# Usage: scripts/lock.sh [extra uv arguments, e.g. --upgrade]. Needs uv on the PATH.
set -eu
cd "$(dirname "$0")/.."
upgrade="$*"
compile() { # SOURCE OUTPUT [uv arguments]
  source=$1 output=$2
  shift 2
  # shellcheck disable=SC2086 # several arguments are meant
  uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
    --no-emit-index-url --no-header --no-annotate "$source" -o "$output" "$@" $upgrade
}
compile pyproject.toml lock/run.txt
compile pyproject.toml lock/dev.txt --group dev
compile pyproject.toml lock/boundaries.txt --group dev --group boundaries
compile scripts/clients/requirements.in lock/clients.txt
compile benchmarks/requirements.in lock/bench.txt
compile benchmarks/pygeoapi.in lock/pygeoapi.txt
