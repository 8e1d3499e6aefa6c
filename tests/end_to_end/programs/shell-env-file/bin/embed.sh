#!/usr/bin/env bash
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

set -a
. ./.env
set +a

: "${PORTKEY_API_KEY:?set PORTKEY_API_KEY in .env}"

embed() {
  curl --silent --show-error --fail-with-body "${PORTKEY_BASE_URL}/embeddings" \
    --header "x-portkey-api-key: ${PORTKEY_API_KEY}" \
    --header "x-portkey-trace-id: embed-$1" \
    --header "Content-Type: application/json" \
    --data "{\"model\": \"${EMBEDDING_MODEL}\", \"input\": \"$1\"}"
  echo
}

for word in "$@"; do
  embed "$word"
done
