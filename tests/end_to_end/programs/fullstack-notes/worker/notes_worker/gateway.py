import os

import requests

BASE = "https://api.portkey.ai/v1"


def headers():
    return {
        "Content-Type": "application/json",
        "x-portkey-api-key": os.environ["PORTKEY_API_KEY"],
        "x-portkey-provider": "@openai-prod",
        "x-portkey-trace-id": "nightly",
    }


def embed(texts):
    response = requests.post(
        f"{BASE}/embeddings",
        headers=headers(),
        json={"model": "text-embedding-3-small", "input": texts},
        timeout=30,
    )
    response.raise_for_status()
    return [item["embedding"] for item in response.json()["data"]]
