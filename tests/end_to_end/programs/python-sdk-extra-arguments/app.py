import os

from portkey_ai import Portkey

client = Portkey(api_key=os.environ["PORTKEY_API_KEY"], virtual_key=os.environ["PORTKEY_VIRTUAL_KEY"])

answer = client.chat.completions.create(
    model="claude-sonnet-4-5",
    messages=[{"role": "user", "content": "Think hard: what is 6 times 7?"}],
    max_tokens=2048,
    top_k=40,
    thinking={"type": "enabled", "budget_tokens": 1024},
)
print(answer.choices[0].message.content)
