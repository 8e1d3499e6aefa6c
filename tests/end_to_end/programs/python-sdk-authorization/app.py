import os

from portkey_ai import Portkey

openai_key = os.environ["OPENAI_API_KEY"]

client = Portkey(
    api_key=os.environ["PORTKEY_API_KEY"],
    provider="openai",
    Authorization=f"Bearer {openai_key}",
)

WORDS = ["king", "queen", "rook"]
result = client.embeddings.create(model="text-embedding-3-large", input=WORDS, encoding_format="float")
for word, row in zip(WORDS, result.data):
    print(word, [round(number, 3) for number in row.embedding])
