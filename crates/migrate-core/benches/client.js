import OpenAI from 'openai';
import Portkey, { createHeaders } from 'portkey-ai';

const client = new OpenAI({
  apiKey: process.env.OPENAI_API_KEY,
  baseURL: 'https://api.portkey.ai/v1',
  defaultHeaders: {
    'x-portkey-api-key': process.env.PORTKEY_API_KEY,
    'x-portkey-provider': 'openai',
  },
});
export const pkNUMBER = new Portkey({ apiKey: process.env.PORTKEY_API_KEY, virtualKey: 'vk' });
export async function ask(q) {
  const r = await client.chat.completions.create({ model: 'gpt-4o', messages: [{ role: 'user', content: q }] });
  return r.choices[0].message.content;
}
