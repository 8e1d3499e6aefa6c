import asyncio

from digest.client import client

TOPICS = ["rust", "tea", "chess"]


async def headline(topic: str) -> str:
    completion = await client.chat.completions.create(
        model="gpt-4o",
        messages=[{"role": "user", "content": f"Headline about {topic}"}],
    )
    return completion.choices[0].message.content


async def story() -> str:
    pieces = []
    stream = await client.chat.completions.create(
        model="gpt-4o",
        messages=[{"role": "user", "content": "Now a story."}],
        stream=True,
    )
    async for chunk in stream:
        if chunk.choices and chunk.choices[0].delta.content:
            pieces.append(chunk.choices[0].delta.content)
    return "".join(pieces)


async def main() -> None:
    for line in await asyncio.gather(*(headline(topic) for topic in TOPICS)):
        print(line)
    print(await story())


asyncio.run(main())
