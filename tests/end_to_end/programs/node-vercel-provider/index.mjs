import { createPortkey } from '@portkey-ai/vercel-provider';

const portkey = createPortkey({
  apiKey: process.env.PORTKEY_API_KEY,
  virtualKey: process.env.PORTKEY_VIRTUAL_KEY,
  traceID: 'provider',
});

const question = {
  inputFormat: 'prompt',
  mode: { type: 'regular' },
  prompt: [{ role: 'user', content: [{ type: 'text', text: 'Name a colour.' }] }],
};

const { text } = await portkey.chatModel('gpt-4o').doGenerate(question);
console.log(text);

const { stream } = await portkey.chatModel('gpt-4o').doStream(question);
for await (const part of stream) if (part.type === 'text-delta') process.stdout.write(part.textDelta);
process.stdout.write('\n');
