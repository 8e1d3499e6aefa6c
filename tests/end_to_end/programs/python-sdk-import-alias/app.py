import json
import os
from portkey_ai import Portkey as Gateway

llm = Gateway(
    api_key=os.getenv("PORTKEY_API_KEY", ""),
    config="pc-fallba-3f9a1c",
    cache_force_refresh=True,
    request_timeout=30000,
)


def extract(text):
    result = llm.chat.completions.create(
        model="gpt-4o",
        messages=[{"role": "system", "content": "Reply with JSON."}, {"role": "user", "content": text}],
        response_format={"type": "json_object"},
        seed=11,
    )
    return {"text": result.choices[0].message.content, "why": result.choices[0].finish_reason}


print(json.dumps(extract("Ada, 36, London"), indent=2))
