from shop import config
from shop.llm import client

PRODUCTS = ["Rain jacket", "Head torch", "Tin mug"]

for name in PRODUCTS:
    answer = client.chat.completions.create(
        model=config.DEFAULT_MODEL,
        messages=[{"role": "user", "content": f"One line about: {name}"}],
        seed=7,
    )
    print(answer.choices[0].message.content)

embedded = client.embeddings.create(model=config.EMBEDDING_MODEL, input=PRODUCTS)
print([len(item.embedding) for item in embedded.data])
