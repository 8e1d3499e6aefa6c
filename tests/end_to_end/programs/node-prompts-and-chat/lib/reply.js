const settings = require('./settings');

exports.reply = async (text) => {
  const response = await fetch(`${settings.gatewayUrl}/chat/completions`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      'x-portkey-api-key': settings.apiKey,
      'x-portkey-virtual-key': 'openai-a1b2c3',
    },
    body: JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: text }] }),
  });
  if (!response.ok) throw new Error(await response.text());
  const { choices } = await response.json();
  return choices[0].message.content;
};
