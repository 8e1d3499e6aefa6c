#!/bin/sh
# Asks one question.  usage: ask.sh QUESTION
set -eu

question=$1

curl -sS --fail-with-body https://api.aigateway.sh/v1/chat/completions \
  -H "Content-Type: application/json" \
  -H "Authorization: Bearer $AIGATEWAY_API_KEY" \
  -H "Authorization: Bearer ${OPENAI_API_KEY:-}" \
  -H 'x-aig-tag: t1' \
  -d '{
    "model": "gpt-4o-mini",
    "messages": [{"role": "user", "content": "'"$question"'"}]
  }'
echo
