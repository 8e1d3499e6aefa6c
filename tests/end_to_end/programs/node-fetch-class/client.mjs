const BASE = process.env.GATEWAY_BASE ?? 'https://api.portkey.ai/v1';

export class Gateway {
  constructor({ apiKey = process.env.PORTKEY_API_KEY, trace } = {}) {
    this.apiKey = apiKey;
    this.trace = trace;
  }

  get headers() {
    return {
      'Content-Type': 'application/json',
      Authorization: `Bearer ${process.env.OPENAI_API_KEY}`,
      'x-portkey-api-key': this.apiKey,
      'x-portkey-provider': 'openai',
      'x-portkey-trace-id': this.trace,
    };
  }

  async post(path, body) {
    const response = await fetch(`${BASE}${path}`, { method: 'POST', headers: this.headers, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
    return response.json();
  }
}
