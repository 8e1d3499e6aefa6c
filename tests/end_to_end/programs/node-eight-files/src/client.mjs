import OpenAI from 'openai';
import { GATEWAY } from './config/index.mjs';
import { headers } from './headers.mjs';

export const client = new OpenAI({
  apiKey: 'not-needed',
  baseURL: GATEWAY,
  defaultHeaders: headers(),
});
