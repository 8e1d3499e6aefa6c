import { Portkey } from 'portkey-ai';

const portkey = new Portkey({ apiKey: process.env.PORTKEY_API_KEY, provider: '@openai-prod' });

const orders = [101, 102];
for (const order of orders) {
  const completion = await portkey.chat.completions.create(
    {
      model: 'gpt-4o-mini',
      messages: [{ role: 'user', content: `Thank the buyer of order ${order}` }],
    },
    { traceID: `order-${order}` },
  );
  console.log(completion.choices[0].message.content);
}
