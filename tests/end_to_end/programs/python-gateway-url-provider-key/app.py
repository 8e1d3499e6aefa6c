import asyncio
import os

from openai import AsyncOpenAI
from portkey_ai import createHeaders,PORTKEY_GATEWAY_URL

portkey_headers = createHeaders(api_key=os.getenv("PORTKEY_API_KEY"), provider="openai")

client = AsyncOpenAI(
    api_key=os.getenv("OPENAI_API_KEY"),
    base_url=PORTKEY_GATEWAY_URL,
    default_headers=portkey_headers,
)


async def main():
    moderation = await client.moderations.create(model="omni-moderation-latest", input="I attack the problem")
    print(moderation.results[0].flagged)
    reply = await client.chat.completions.create(
        model="gpt-4o-mini", messages=[{"role": "user", "content": "Be kind."}]
    )
    print(reply.choices[0].message.content)


asyncio.run(main())
