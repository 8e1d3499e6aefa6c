import OpenAI from 'openai';

export const openai = new OpenAI({
  apiKey: 'not-needed',
  baseURL: 'https://api.portkey.ai/v1',
  defaultHeaders: {
    'x-portkey-api-key': process.env.PORTKEY_API_KEY,
    'x-portkey-config': 'pc-releas-0a1b2c',
    'x-portkey-trace-id': 'release-notes',
  },
});
