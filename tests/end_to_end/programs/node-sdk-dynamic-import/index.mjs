let cached;

async function gateway() {
  if (!cached) {
    const { default: Portkey } = await import('portkey-ai');
    cached = new Portkey({ apiKey: process.env.PORTKEY_API_KEY, provider: '@openai-prod' });
  }
  return cached;
}

const client = await gateway();
const completion = await client.chat.completions.create({
  model: 'gpt-4o',
  messages: [{ role: 'user', content: 'lazily' }],
});
console.log(completion.choices[0].message.content);
