import { openai } from './client.mjs';

const answer = await openai.chat.completions.create({
  model: 'gpt-4o-mini',
  messages: [{ role: 'user', content: 'Write release notes for 1.4.0' }],
});
console.log(answer.choices[0].message.content);

const stream = await openai.chat.completions.create({
  model: 'gpt-4o-mini',
  messages: [{ role: 'user', content: 'And now in French, s’il te plaît' }],
  stream: true,
});
for await (const chunk of stream) {
  process.stdout.write(chunk.choices[0]?.delta?.content ?? '');
}
process.stdout.write('\n');

const picture = await openai.images.generate({ model: 'gpt-image-1', prompt: 'a ship leaving port' });
console.log(picture.data[0].url);
