import argparse
import asyncio
import os
from typing import Union

from portkey_ai import AsyncPortkey, Portkey

parser = argparse.ArgumentParser()
parser.add_argument("--key", default=os.environ.get("PORTKEY_API_KEY"))
parser.add_argument("--slow", action="store_true")
args = parser.parse_args()


def ask(client: Union[Portkey, "AsyncPortkey"], question: str) -> str:
    asked = {"model": "gpt-4o-mini", "messages": [{"role": "user", "content": question}]}
    if isinstance(client, AsyncPortkey):
        done = asyncio.run(client.chat.completions.create(**asked))
    else:
        done = client.chat.completions.create(**asked)
    return done.choices[0].message.content


if args.slow:
    client = Portkey(api_key=args.key, virtual_key="openai-a1b2c3")
else:
    client = AsyncPortkey(api_key=args.key, virtual_key="openai-a1b2c3")
print(ask(client, "which one are you"))
