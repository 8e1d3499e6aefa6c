import Portkey from 'portkey-ai';
import { config } from './config.js';

export const llm = new Portkey({
  apiKey: config.apiKey,
  virtualKey: process.env.PORTKEY_VIRTUAL_KEY,
});
