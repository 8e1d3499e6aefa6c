import os
from portkey_ai import Portkey

OPTIONS = {
    "api_key": os.environ["PORTKEY_API_KEY"],
    "virtual_key": os.environ["PORTKEY_VIRTUAL_KEY"],
    "trace_id": "batch-7",
}

client = Portkey(**OPTIONS)

for n in range(3):
    done = client.chat.completions.create(model="gpt-4o-mini", messages=[{"role": "user", "content": f"item {n}"}])
    print(n, done.choices[0].message.content)
