import os
from portkey_ai import Portkey

API_KEY = os.environ["PORTKEY_API_KEY"]

CLIENTS = {
    "fast": Portkey(api_key=API_KEY, config="pc-fast-111111"),
    "smart": Portkey(api_key=API_KEY, config="pc-smart-222222", trace_id="smart"),
}


def ask(kind, text, model="gpt-4o"):
    client = CLIENTS[kind]
    return client.chat.completions.create(model=model, messages=[{"role": "user", "content": text}]).choices[0].message.content


print(ask("fast", "quick!", model="gpt-4o-mini"))
print(ask("smart", "slowly"))
