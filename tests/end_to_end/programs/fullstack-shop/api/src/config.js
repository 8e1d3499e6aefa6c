const need = (name) => {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set`);
  return value;
};

export const config = {
  model: process.env.CHAT_MODEL ?? 'gpt-4o-mini',
  apiKey: need('PORTKEY_API_KEY'),
};
