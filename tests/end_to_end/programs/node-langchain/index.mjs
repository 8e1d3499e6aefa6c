import { ChatOpenAI } from '@langchain/openai';
import { createHeaders, PORTKEY_GATEWAY_URL } from 'portkey-ai';

const model = new ChatOpenAI({
  apiKey: 'X',
  model: 'gpt-4o',
  temperature: 0,
  configuration: {
    baseURL: PORTKEY_GATEWAY_URL,
    defaultHeaders: createHeaders({
      apiKey: process.env.PORTKEY_API_KEY,
      provider: '@openai-prod',
      traceID: 'langchain-js',
    }),
  },
});

const answer = await model.invoke('What is a chain?');
console.log(answer.content);
