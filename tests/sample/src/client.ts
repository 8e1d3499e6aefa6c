import OpenAI from 'openai';

/** The one client of the service. */
export const openai = new OpenAI({
  apiKey: 'dummy',
  baseURL: process.env.PORTKEY_BASE_URL ?? 'https://api.portkey.ai/v1',
  defaultHeaders: {
    'x-portkey-api-key': process.env.PORTKEY_API_KEY ?? '',
    'x-portkey-config': 'pc-suppor-3f9a1c', // fallback to the small model
    'x-portkey-trace-id': 'support-desk',
  },
});

export async function answer(ticket: string): Promise<string> {
  const response = await openai.chat.completions.create({
    model: 'gpt-4o-mini',
    messages: [{ role: 'user', content: ticket }],
  });
  return response.choices[0].message.content ?? '';
}
