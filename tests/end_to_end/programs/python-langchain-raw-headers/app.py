import os
from langchain_openai import ChatOpenAI

headers = {
    "x-portkey-api-key": os.environ["PORTKEY_API_KEY"],
    "x-portkey-provider": "openai",
    "x-portkey-trace-id": "lc-raw",
}

chat = ChatOpenAI(
    model_name="gpt-4o-mini",
    openai_api_key=os.environ["OPENAI_API_KEY"],
    openai_api_base="https://api.portkey.ai/v1",
    default_headers=headers,
    max_retries=0,
)
print(chat.invoke("What is LangChain?").content)
