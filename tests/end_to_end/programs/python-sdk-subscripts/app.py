import os
from portkey_ai import Portkey

client = Portkey(api_key=os.environ["PORTKEY_API_KEY"], provider="@openai-prod")

first = client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": "one"}])
print(first["choices"][0]["message"]["content"])

second = client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": "two"}])
print(second.choices[0].message["content"])
print(second.usage["total_tokens"])
