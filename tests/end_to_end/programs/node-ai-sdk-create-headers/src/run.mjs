import { generateText } from "ai";
import { model } from "./model.mjs";

const { text } = await generateText({
  model,
  messages: [{ role: "user", content: "One word, please." }],
});
console.log(text);
