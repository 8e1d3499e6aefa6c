from .prompts import prompts


def welcome(name):
    done = prompts.prompts.completions.create(
        prompt_id="pp-welcome-8f21c4",
        variables={"name": name},
    )
    return done.choices[0].message.content
