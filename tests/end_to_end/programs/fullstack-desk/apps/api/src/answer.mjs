import { chatClient } from '../../../packages/gateway/src/index.mjs';

export async function answer(ticket) {
  const done = await chatClient().chat.completions.create({
    model: 'gpt-4o-mini',
    messages: [{ role: 'user', content: ticket }],
  });
  return done.choices[0].message.content;
}
