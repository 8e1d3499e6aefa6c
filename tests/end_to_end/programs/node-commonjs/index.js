'use strict';

const OpenAI = require('openai');
const { baseURL, apiKey, embeddingModel } = require('./settings');

const client = new OpenAI({ baseURL, apiKey });

async function main() {
  const texts = ['tea', 'coffee', 'water'];
  const { data } = await client.embeddings.create({ model: embeddingModel, input: texts });
  data.forEach((row, i) => console.log(texts[i], row.embedding.join(' ')));

  const verdict = await client.moderations.create({ model: '@openai-prod/omni-moderation-latest', input: 'an attack of laughter' });
  console.log(verdict.results[0].flagged);
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
