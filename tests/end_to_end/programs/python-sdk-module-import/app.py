import os

import portkey_ai as pk


def make(virtual_key: str) -> pk.Portkey:
    return pk.Portkey(api_key=os.environ["PORTKEY_API_KEY"], virtual_key=virtual_key)


def say(client: pk.Portkey, text: str) -> str:
    if not isinstance(client, pk.Portkey):
        raise TypeError("not a client")
    done = client.chat.completions.create(model="gpt-4o-mini", messages=[{"role": "user", "content": text}])
    return done.choices[0].message.content


client = make("openai-a1b2c3")
print(say(client, "ping"))
print(say(client, "pong"))
