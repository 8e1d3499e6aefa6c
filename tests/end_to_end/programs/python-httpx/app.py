import asyncio
import os

import httpx

BASE_URL = "https://api.portkey.ai/v1"


def models() -> list[str]:
    with httpx.Client(
        base_url=BASE_URL,
        headers={
            "x-portkey-api-key": os.environ["PORTKEY_API_KEY"],
            "x-portkey-virtual-key": "openai-a1b2c3",
        },
        timeout=20.0,
    ) as client:
        found = client.get("/models")
        found.raise_for_status()
        return [model["id"] for model in found.json()["data"]]


async def ask(question: str, trace: str) -> str:
    async with httpx.AsyncClient() as client:
        response = await client.post(
            f"{BASE_URL}/chat/completions",
            headers={
                "Content-Type": "application/json",
                "x-portkey-api-key": os.environ["PORTKEY_API_KEY"],
                "x-portkey-config": "pc-chat-0a1b2c",
                "x-portkey-trace-id": trace,
            },
            json={"model": "gpt-4o", "messages": [{"role": "user", "content": question}]},
        )
    response.raise_for_status()
    return response.json()["choices"][0]["message"]["content"]


print(models())
print(asyncio.run(ask("Is HTTP/2 worth it?", "httpx-1")))
