import Portkey, { createHeaders } from 'portkey-ai';
import OpenAI from 'openai';

export class Chat {
  #client;
  #messages = [];

  constructor({ traceId }) {
    this.#client = new Portkey({ apiKey: process.env.PORTKEY_API_KEY, provider: '@openai-prod', traceID: traceId });
  }

  static named(name) {
    return new Chat({ traceId: `chat-${name}` });
  }

  async send(content) {
    this.#messages.push({ role: 'user', content });
    const reply = await this.#client.chat.completions.create({ model: 'gpt-4o', messages: this.#messages });
    this.#messages.push({ role: 'assistant', content: reply.choices[0].message.content });
    return reply.choices[0].message.content;
  }
}

/** For the one call that needs a plain client. */
export function plain() {
  return new OpenAI({
    baseURL: 'https://api.portkey.ai/v1',
    apiKey: 'X',
    defaultHeaders: createHeaders({ apiKey: process.env.PORTKEY_API_KEY, provider: '@openai-prod' }),
  });
}
