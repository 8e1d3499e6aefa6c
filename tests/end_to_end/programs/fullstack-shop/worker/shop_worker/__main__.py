import asyncio
import sys

from .client import client


async def embed(word):
    done = await client().embeddings.create(model="text-embedding-3-small", input=word, encoding_format="float")
    return word, len(done.data[0].embedding)


async def main(words):
    for word, size in await asyncio.gather(*map(embed, words)):
        print(word, size)


asyncio.run(main(sys.argv[1:]))
