#!/bin/sh
# Installs the npm tarballs and the wheel of a folder in empty places, and tries them: the command of each prints the same
# preview of tests/sample, and each library plans it.
#
#     sh bindings/smoke.sh target/packages
set -eu
packages="$(cd "$1" && pwd)"
sample="$(cd "$(dirname "$0")/../tests/sample" && pwd)"
empty="$(mktemp -d)"
trap 'rm -rf "$empty"' EXIT
python="$(command -v python3 || command -v python)"

npm install --global --offline --no-audit --no-fund --loglevel=error --prefix "$empty/npm" "$packages"/aigateway-cli-*.tgz
"$python" -m venv "$empty/venv"
for bin in bin Scripts; do
  if [ -d "$empty/venv/$bin" ]; then venv="$empty/venv/$bin"; fi
done
"$venv/python" -m pip install --quiet --no-index --disable-pip-version-check "$packages"/*.whl

modules="$empty/npm/lib/node_modules"
npm_aig="$empty/npm/bin/aig"
if [ ! -d "$modules" ]; then
  modules="$empty/npm/node_modules"
  npm_aig="$empty/npm/aig"
fi
cd "$sample"
"$npm_aig" --version
"$venv/aig" --version
"$npm_aig" migrate portkey --dry-run >"$empty/npm.txt"
"$venv/aig" migrate portkey --dry-run >"$empty/pip.txt"
cmp "$empty/npm.txt" "$empty/pip.txt"
NODE_PATH="$modules" node -e "require('aigateway-cli').plan('.', { source: 'portkey' }).then((plan) => console.log(plan))"
"$venv/python" -c "import aigateway_migrate as aig; print(aig.plan('.', 'portkey'))"
echo "the packages work"
