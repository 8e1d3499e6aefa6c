require "faraday"
require "json"

class Assistant
  def initialize(api_key = ENV.fetch("PORTKEY_API_KEY"))
    @api_key = api_key
    @connection = Faraday.new(
      url: "https://api.portkey.ai",
      headers: {
        "Content-Type" => "application/json",
        "x-portkey-virtual-key" => ENV["PORTKEY_VIRTUAL_KEY"],
      }
    ) do |f|
      f.headers["x-portkey-api-key"] = @api_key
      f.adapter Faraday.default_adapter
    end
  end

  def ask(question, trace = nil)
    response = @connection.post("/v1/chat/completions") do |request|
      request.headers["x-portkey-trace-id"] = trace unless trace.nil?
      request.body = JSON.generate(model: "gpt-4o-mini", messages: [{ role: "user", content: question }])
    end
    raise response.body unless response.success?

    JSON.parse(response.body).dig("choices", 0, "message", "content")
  end
end

assistant = Assistant.new
puts assistant.ask("How far is the moon?", "moon")
puts assistant.ask("And the sun?")
