#!/usr/bin/env bash
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

set -a
. ./.env
set +a

: "${AIGATEWAY_API_KEY:?set AIGATEWAY_API_KEY in .env}"

embed() {
  curl --silent --show-error --fail-with-body "${PORTKEY_BASE_URL}/embeddings" \
    --header "Authorization: Bearer ${AIGATEWAY_API_KEY}" \
    --header "x-aig-tag: embed-$1" \
    --header "Content-Type: application/json" \
    --data "{\"model\": \"${EMBEDDING_MODEL}\", \"input\": \"$1\"}"
  echo
}

for word in "$@"; do
  embed "$word"
done
