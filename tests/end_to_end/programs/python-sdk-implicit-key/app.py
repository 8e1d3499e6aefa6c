from portkey_ai import Portkey

client = Portkey(config="pc-agents-77aa01")

print(client.chat.completions.create(
    model="gpt-4o",
    messages=[{"role": "user", "content": "Where does my key come from?"}],
).choices[0].message.content)
