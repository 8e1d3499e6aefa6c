import Portkey from "portkey-ai"

const portkey = new Portkey({
    apiKey: process.env.PORTKEY_API_KEY ?? "",
    config: { retry: { attempts: 3 }, provider: "@openai-prod" },
    cacheForceRefresh: true,
    debug: false,
    traceID: "story",
})

const stream = await portkey.chat.completions.create({
    model: "gpt-4o",
    messages: [
        { role: "system", content: "You tell stories." },
        { role: "user", content: "Go on." },
    ],
    stream: true,
})

let text = ""
for await (const chunk of stream) {
    text += chunk.choices[0]?.delta?.content || ""
}
console.log(text)
