import asyncio
import os

from openai import AsyncOpenAI

client = AsyncOpenAI(
    api_key=os.environ["PORTKEY_API_KEY"],
    base_url="https://api.portkey.ai/v1",
    default_headers={"x-portkey-config": os.environ["PORTKEY_CONFIG"]},
)


async def ask(city: str) -> str:
    answer = await client.chat.completions.create(
        model="gpt-4o",
        messages=[{"role": "user", "content": f"What is {city} known for?"}],
        extra_headers={"x-portkey-trace-id": f"city-{city.lower()}"},
    )
    return answer.choices[0].message.content or ""


async def main() -> None:
    models = await client.models.list()
    print([model.id for model in models.data])
    for line in await asyncio.gather(ask("Ghent"), ask("Turku"), ask("Porto")):
        print(line)


asyncio.run(main())
