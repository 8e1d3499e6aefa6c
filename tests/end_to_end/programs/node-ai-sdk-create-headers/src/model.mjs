import { createOpenAI } from "@ai-sdk/openai";
import { createHeaders, PORTKEY_GATEWAY_URL } from "portkey-ai";

const openai = createOpenAI({
  baseURL: PORTKEY_GATEWAY_URL,
  apiKey: process.env.PORTKEY_API_KEY,
  headers: createHeaders({ apiKey: process.env.PORTKEY_API_KEY, config: "pc-vercel-1a2b3c" }),
});

export const model = openai.chat("gpt-4o");
