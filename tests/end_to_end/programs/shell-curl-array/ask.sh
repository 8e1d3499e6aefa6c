#!/usr/bin/env bash
set -euo pipefail

GATEWAY="https://api.portkey.ai/v1"
headers=(
  -H "Content-Type: application/json"
  -H "x-portkey-api-key: ${PORTKEY_API_KEY}"
  -H "x-portkey-provider: @openai-prod"
)

post() { # post PATH BODY [CURL OPTIONS]
  local path=$1 body=$2
  shift 2
  curl -sS --fail-with-body "${GATEWAY}${path}" "${headers[@]}" "$@" -d "$body"
}

post /chat/completions '{"model": "gpt-4o", "messages": [{"role": "user", "content": "arrays?"}]}' -H "x-portkey-trace-id: bash-1"
echo
post /moderations '{"model": "omni-moderation-latest", "input": "hello"}'
echo
