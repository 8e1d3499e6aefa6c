import os
from openai import OpenAI
from portkey_ai import Portkey, createHeaders, PORTKEY_GATEWAY_URL

client = OpenAI(
    api_key=os.environ["OPENAI_API_KEY"],
    base_url="https://api.portkey.ai/v1",
    default_headers={
        "x-portkey-api-key": os.environ["PORTKEY_API_KEY"],
        "x-portkey-provider": "openai",
    },
)
pk = Portkey(api_key=os.getenv("PORTKEY_API_KEY"), virtual_key="vk-NUMBER")


def ask(q):
    r = client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": q}])
    return r.choices[0].message.content
