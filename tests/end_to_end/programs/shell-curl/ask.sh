#!/bin/sh
# Asks one question.  usage: ask.sh QUESTION
set -eu

question=$1

curl -sS --fail-with-body https://api.portkey.ai/v1/chat/completions \
  -H "Content-Type: application/json" \
  -H "x-portkey-api-key: $PORTKEY_API_KEY" \
  -H "Authorization: Bearer $OPENAI_API_KEY" \
  -H 'x-portkey-trace-id: t1' \
  -H 'x-portkey-config: pc-1' \
  -d '{
    "model": "gpt-4o-mini",
    "messages": [{"role": "user", "content": "'"$question"'"}]
  }'
echo
