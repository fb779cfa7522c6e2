#!/bin/sh
# Makes a Python and a TypeScript client of openapi/openapi.json, compiles both, and uses them on the service at URL.
# Usage: scripts/test_clients.sh URL. The network is used once for a version of lock/clients.txt and package-lock.json.
set -eu
url=${1:?usage: scripts/test_clients.sh URL}
cd "$(dirname "$0")/.."
root=$PWD
sources=$root/scripts/clients
tools=$(sh scripts/node_tools.sh)
export DO_NOT_TRACK=1 NO_UPDATE_NOTIFIER=1

venv=$root/.cache/clients-venv
if ! cmp -s lock/clients.txt "$venv/installed"; then
  rm -rf "$venv"
  .venv/bin/python -m venv "$venv"
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r lock/clients.txt
  cp lock/clients.txt "$venv/installed"
fi

made=$root/.cache/clients
rm -rf "$made"
mkdir -p "$made/python" "$made/typescript"

echo "Python: openapi-python-client"
PATH="$venv/bin:$PATH" openapi-python-client generate --path openapi/openapi.json --meta none --fail-on-warning \
  --output-path "$made/python/smartcity_client" >"$made/python.log" 2>&1 || { cat "$made/python.log" >&2; exit 1; }
cp "$sources/check.py" "$made/python/"
cd "$made/python"
"$venv/bin/python" -m compileall -q .
"$venv/bin/python" -m mypy --strict --no-error-summary --cache-dir "$root/.cache/clients-mypy" check.py
echo "  generated without a warning, compiled, types checked"
"$venv/bin/python" check.py "$url"

echo "TypeScript: openapi-typescript, openapi-fetch"
cd "$made/typescript"
# Modules are looked for upwards, and .cache/node/node_modules is no directory above this one.
ln -s "$(dirname "$tools")" node_modules
cp "$sources/check.ts" "$sources/tsconfig.json" .
echo '{ "type": "module" }' >package.json
"$tools/openapi-typescript" "$root/openapi/openapi.json" --output schema.d.ts >../typescript.log 2>&1 ||
  { cat ../typescript.log >&2; exit 1; }
"$tools/tsc" --noEmit
"$tools/tsc" --outDir compiled
echo "  generated, types checked"
node compiled/check.js "$url"
