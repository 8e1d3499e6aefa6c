'use strict';

module.exports = {
  baseURL: "https://api.portkey.ai/v1",
  apiKey: process.env.PORTKEY_API_KEY,
  embeddingModel: "@openai-prod/text-embedding-3-small"
}
