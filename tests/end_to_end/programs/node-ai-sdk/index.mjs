import { createOpenAI } from '@ai-sdk/openai';
import { generateText, streamText } from 'ai';

const gateway = createOpenAI({
  baseURL: 'https://api.portkey.ai/v1',
  apiKey: 'xx',
  headers: {
    'x-portkey-api-key': process.env.PORTKEY_API_KEY,
    'x-portkey-provider': '@openai-prod',
    'x-portkey-trace-id': 'ai-sdk',
  },
});

const { text } = await generateText({ model: gateway.chat('gpt-4o'), prompt: 'Name a colour.' });
console.log(text);

const { textStream } = streamText({ model: gateway.chat('gpt-4o'), prompt: 'Name many.' });
for await (const piece of textStream) process.stdout.write(piece);
process.stdout.write('\n');
