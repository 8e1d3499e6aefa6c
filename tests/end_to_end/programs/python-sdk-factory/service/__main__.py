from .embed import embed
from .llm import get_client

for vector in embed(["red shoes", "blue hat"]):
    print(vector)

client = get_client()
verdict = client.chat.completions.create(
    model="gpt-4o-mini", messages=[{"role": "user", "content": "Are shoes hats?"}], n=1
)
print(verdict.choices[0].message.content)
