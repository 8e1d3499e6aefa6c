import asyncio
import json
import os

import aiohttp

URL = "https://api.portkey.ai/v1/chat/completions"
HEADERS = {
    "Authorization": f"Bearer {os.environ['OPENAI_API_KEY']}",
    "x-portkey-api-key": os.environ["PORTKEY_API_KEY"],
    "x-portkey-provider": "openai",
    "Content-Type": "application/json",
}


async def stream(prompt):
    body = {"model": "gpt-4o-mini", "stream": True, "messages": [{"role": "user", "content": prompt}]}
    async with aiohttp.ClientSession(headers=HEADERS) as session:
        async with session.post(URL, json=body) as response:
            response.raise_for_status()
            async for line in response.content:
                text = line.decode().strip()
                if text.startswith("data: ") and text != "data: [DONE]":
                    yield json.loads(text[6:])["choices"][0]["delta"].get("content", "")


async def main():
    async for piece in stream("Count to three."):
        print(piece, end="")
    print()


asyncio.run(main())
