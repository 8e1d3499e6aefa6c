"use strict";

const { Portkey } = require("portkey-ai");

const client = new Portkey({ apiKey: process.env["PORTKEY_API_KEY"], provider: "@openai-prod" });

async function ask(content) {
  const { choices } = await client.chat.completions.create({ model: "gpt-4o-mini", messages: [{ role: "user", content }] });
  return choices[0].message.content;
}

(async () => {
  console.log(await ask("first"));
  console.log(await ask("second"));
})();
