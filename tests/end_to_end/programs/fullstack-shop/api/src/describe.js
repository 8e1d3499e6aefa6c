import { config } from './config.js';
import { llm } from './llm.js';

export async function describe(product, requestId) {
  const done = await llm.chat.completions.create(
    {
      model: config.model,
      messages: [{ role: 'user', content: `One line about: ${product}` }],
    },
    { traceID: requestId },
  );
  return done.choices[0].message.content;
}
