import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    llm_base_url: str = os.environ.get("LLM_BASE_URL", "https://api.portkey.ai/v1")
    llm_api_key: str = os.environ["PORTKEY_API_KEY"]
    llm_model: str = "gpt-4o-mini"


settings = Settings()
