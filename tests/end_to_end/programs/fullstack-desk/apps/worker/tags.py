import os

import httpx

client = httpx.Client(
    base_url="https://api.portkey.ai/v1",
    headers={
        "x-portkey-api-key": os.environ["PORTKEY_API_KEY"],
        "x-portkey-virtual-key": "openai-a1b2c3",
    },
)


def tags(text):
    done = client.post(
        "/chat/completions",
        json={"model": "gpt-4o-mini", "messages": [{"role": "user", "content": f"Tags for: {text}"}]},
    )
    done.raise_for_status()
    return done.json()["choices"][0]["message"]["content"]
