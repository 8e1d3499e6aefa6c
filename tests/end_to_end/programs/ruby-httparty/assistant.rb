require "httparty"
require "json"

class Assistant
  include HTTParty
  base_uri "https://api.portkey.ai/v1"
  headers "x-portkey-api-key" => ENV.fetch("PORTKEY_API_KEY"), "Content-Type" => "application/json"

  MODEL = "@openai-prod/gpt-4o-mini"

  def self.ask(question, user:)
    response = post(
      "/chat/completions",
      headers: {
        "x-portkey-metadata" => { _user: user }.to_json,
        "x-portkey-trace-id" => "ask-#{user}",
      },
      body: { model: MODEL, messages: [{ role: "user", content: question }] }.to_json
    )
    raise response.body unless response.ok?

    response.dig("choices", 0, "message", "content")
  end
end

puts Assistant.ask("How far is the moon?", user: "ada")
puts Assistant.ask("And the sun?", user: "alan")
