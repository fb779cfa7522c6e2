#!/bin/sh
# Makes a Python and a TypeScript client of openapi/openapi.json, compiles both, and uses them on the service at URL; and
# opens its /ogc with the programs that map people use. Their pictures are left in build/maps, to be looked at.
# Usage: scripts/test_clients.sh URL. The network is used once for a version of lock/clients.txt and package-lock.json.
set -eu
url=${1:?usage: scripts/test_clients.sh URL}
cd "$(dirname "$0")/.."
root=$PWD
sources=$root/scripts/clients
packages=$(sh scripts/node_tools.sh openapi)
map_packages=$(sh scripts/node_tools.sh maps)
tools=$packages/.bin
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
  --config "$sources/generator.yaml" \
  --output-path "$made/python/smartcity_client" >"$made/python.log" 2>&1 || { cat "$made/python.log" >&2; exit 1; }
cp "$sources/check.py" "$made/python/"
cd "$made/python"
"$venv/bin/python" -m compileall -q .
"$venv/bin/python" -m mypy --strict --no-error-summary --cache-dir "$root/.cache/clients-mypy" check.py
echo "  generated without a warning, compiled, types checked"
"$venv/bin/python" check.py "$url"

echo "TypeScript: openapi-typescript, openapi-fetch"
cd "$made/typescript"
# Modules are looked for upwards, and .cache/node/openapi/node_modules is no directory above this one.
ln -s "$packages" node_modules
cp "$sources/check.ts" "$sources/tsconfig.json" .
echo '{ "type": "module" }' >package.json
"$tools/openapi-typescript" "$root/openapi/openapi.json" --output schema.d.ts >../typescript.log 2>&1 ||
  { cat ../typescript.log >&2; exit 1; }
"$tools/tsc" --noEmit
"$tools/tsc" --outDir compiled
echo "  generated, types checked"
node compiled/check.js "$url"

echo "GDAL: $(ogr2ogr --version 2>&1 || true)"
"$venv/bin/python" "$sources/maps/with_gdal.py" "$url"

echo "OWSLib"
"$venv/bin/python" "$sources/maps/with_owslib.py" "$url"

echo "QGIS"
# Debian's QGIS brings its modules for Debian's Python.
mkdir -m 700 "$made/qgis"
QT_QPA_PLATFORM=offscreen XDG_RUNTIME_DIR="$made/qgis" /usr/bin/python3 "$sources/maps/with_qgis.py" "$url"

echo "MapLibre GL JS, OpenLayers"
mkdir "$made/maps"
cd "$made/maps"
ln -s "$map_packages" node_modules
cp -R "$sources/maps/in_browser.js" "$sources/maps/pages" .
echo '{ "type": "module" }' >package.json
node in_browser.js "$url" "$root/build/maps"
