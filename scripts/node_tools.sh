#!/bin/sh
# Installs tools/NAME/package-lock.json into .cache/node/NAME unless it is there, and prints the directory of its packages.
# Usage: scripts/node_tools.sh NAME
set -eu
name=${1:?usage: scripts/node_tools.sh NAME}
cd "$(dirname "$0")/.."
for program in node npm; do
  command -v "$program" >/dev/null || {
    echo "$program is not installed: this needs Node.js 20 or newer with npm (Debian, Ubuntu: apt-get install nodejs npm)" >&2
    exit 1
  }
done
node -e 'process.exit(Number.parseInt(process.versions.node) < 20 ? 1 : 0)' || {
  echo "Node.js $(node --version) is too old: this needs 20 or newer" >&2
  exit 1
}
home=.cache/node/$name
if ! cmp -s "tools/$name/package-lock.json" "$home/installed"; then
  mkdir -p "$home"
  cp "tools/$name/package.json" "tools/$name/package-lock.json" "$home/"
  # No scripts of packages: none of ours needs one, and one reports the installation to its makers.
  npm ci --prefix "$home" --ignore-scripts --no-audit --no-fund --loglevel=error >&2
  cp "tools/$name/package-lock.json" "$home/installed"
fi
echo "$PWD/$home/node_modules"
