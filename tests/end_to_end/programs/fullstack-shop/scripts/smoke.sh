#!/usr/bin/env bash
set -euo pipefail
cd "$(dirname "$0")/.."

: "${PORTKEY_API_KEY:?PORTKEY_API_KEY is not set}"

node web/smoke.mjs
PYTHONPATH="worker:$PYTHONPATH" python3 -m shop_worker tea coffee
