from .chat import chat


def subject(text):
    done = chat.chat.completions.create(
        model="gpt-4o-mini",
        messages=[{"role": "user", "content": f"A subject line for: {text}"}],
    )
    return done.choices[0].message.content
