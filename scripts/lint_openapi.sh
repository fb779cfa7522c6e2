#!/bin/sh
# Lints openapi/openapi.json with Spectral and Redocly CLI: nothing may be found, not even a warning.
# The only use of the network is `npm ci`, once for a version of tools/openapi/package-lock.json.
set -eu
cd "$(dirname "$0")/.."
document=$PWD/openapi/openapi.json
tools=$(sh scripts/node_tools.sh openapi)/.bin
# Neither tool shall tell anybody that it ran, or look for a newer one.
export REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true DO_NOT_TRACK=1 SCARF_ANALYTICS=false NO_UPDATE_NOTIFIER=1
cd tools/openapi
echo "Spectral $("$tools/spectral" --version): openapi/openapi.json"
"$tools/spectral" lint "$document" --ruleset spectral.yaml --fail-severity hint
echo "Redocly CLI $("$tools/redocly" --version): openapi/openapi.json"
"$tools/redocly" lint "$document" --config redocly.yaml
