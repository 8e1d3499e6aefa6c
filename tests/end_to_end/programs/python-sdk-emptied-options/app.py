import os
from portkey_ai import Portkey

client = Portkey(api_key=os.environ["PORTKEY_API_KEY"], virtual_key=os.environ["PORTKEY_VIRTUAL_KEY"])

for user in ("ann", "bob"):
    scoped = client.with_options(metadata={"_user": user})
    reply = scoped.chat.completions.create(model="gpt-4o-mini", messages=[{"role": "user", "content": f"Hi, I am {user}"}])
    print(reply.choices[0].message.content)

other = client.with_options(virtual_key="anthropic-d4e5f6").chat.completions.create(
    model="claude-3-5-sonnet", messages=[{"role": "user", "content": "And you?"}], max_tokens=20
)
print(other.choices[0].message.content)
