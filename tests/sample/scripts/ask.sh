#!/bin/sh
# Asks one question from the command line.
curl https://api.portkey.ai/v1/chat/completions \
  -H "x-portkey-api-key: $PORTKEY_API_KEY" \
  -H "Authorization: Bearer $OPENAI_API_KEY" \
  -H 'x-portkey-trace-id: t1' \
  -H 'x-portkey-config: pc-1' \
  -H "Content-Type: application/json" \
  -d '{"model": "gpt-4o-mini", "messages": [{"role": "user", "content": "Hello"}]}'
