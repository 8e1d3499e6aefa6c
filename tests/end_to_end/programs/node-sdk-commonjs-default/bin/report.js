const { portkey } = require('../lib/gateway');

async function main() {
  const result = await portkey.chat.completions.create({
    model: 'gpt-4o',
    messages: [{ role: 'user', content: 'Write the report.' }],
  });
  console.log(result.choices[0].message.content);
}

main().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
