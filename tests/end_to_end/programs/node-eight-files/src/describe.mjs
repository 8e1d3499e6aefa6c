import { client } from './client.mjs';

export async function describe(product) {
  const done = await client.chat.completions.create({
    model: 'gpt-4o-mini',
    messages: [{ role: 'user', content: `One line about: ${product}` }],
  });
  return done.choices[0].message.content;
}
