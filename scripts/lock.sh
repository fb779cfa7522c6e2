#!/bin/sh
# Writes lock/*.txt from pyproject.toml: exact versions with hashes for every platform, no registry's address.
# Usage: scripts/lock.sh [extra uv arguments, e.g. --upgrade]. Needs uv on the PATH.
set -eu
cd "$(dirname "$0")/.."
compile() {
  uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
    --no-emit-index-url --no-header --no-annotate pyproject.toml "$@"
}
compile -o lock/run.txt "$@"
compile --group dev -o lock/dev.txt "$@"
compile --group dev --group boundaries -o lock/boundaries.txt "$@"
