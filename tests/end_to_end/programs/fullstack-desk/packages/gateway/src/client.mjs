import OpenAI from 'openai';
import { GATEWAY_URL, gatewayHeaders } from './settings.mjs';

let client;

/** The one client of a process. */
export function chatClient() {
  client ??= new OpenAI({ apiKey: 'X', baseURL: GATEWAY_URL, defaultHeaders: gatewayHeaders() });
  return client;
}
