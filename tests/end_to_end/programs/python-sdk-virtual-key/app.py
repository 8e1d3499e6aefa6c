import os
from portkey_ai import Portkey

portkey = Portkey(
    api_key=os.environ.get("PORTKEY_API_KEY"),  # from the dashboard
    virtual_key=os.environ.get("PORTKEY_VIRTUAL_KEY"),
)

response = portkey.chat.completions.create(
    messages=[
        {"role": "system", "content": "You are a terse geographer."},
        {"role": "user", "content": "What is the capital of Mongolia?"},
    ],
    model="gpt-4o-mini",
    temperature=0.2,
    max_tokens=64,
)
print(response.choices[0].message.content)
print(response.usage.total_tokens, "tokens")
