import json
import os
import sys

import requests

API = "https://api.portkey.ai/v1"
TIMEOUT = 30


def headers(trace=None):
    result = {
        "Content-Type": "application/json",
        "Authorization": f"Bearer {os.environ['OPENAI_API_KEY']}",
        "x-portkey-api-key": os.environ["PORTKEY_API_KEY"],
        "x-portkey-provider": "openai",
    }
    if trace:
        result["x-portkey-trace-id"] = trace
    return result


def chat(question, trace=None):
    response = requests.post(
        f"{API}/chat/completions",
        headers=headers(trace),
        json={"model": "gpt-4o-mini", "messages": [{"role": "user", "content": question}]},
        timeout=TIMEOUT,
    )
    response.raise_for_status()
    return response.json()["choices"][0]["message"]["content"]


def stream(question):
    body = {"model": "gpt-4o-mini", "stream": True, "messages": [{"role": "user", "content": question}]}
    with requests.post(API + "/chat/completions", headers=headers(), json=body, stream=True, timeout=TIMEOUT) as r:
        r.raise_for_status()
        for line in r.iter_lines():
            if not line.startswith(b"data: ") or line == b"data: [DONE]":
                continue
            delta = json.loads(line[len(b"data: "):])["choices"][0]["delta"]
            sys.stdout.write(delta.get("content", ""))
    print()


print(chat("Is the build green?", trace="standup"))
print(chat("Who broke it?"))
stream("Tell me slowly.")
