# frozen_string_literal: true

require "json"
require "net/http"

module Gateway
  BASE_URL = "https://api.portkey.ai/v1"
  TRACE_HEADER = "x-portkey-trace-id"

  def self.headers
    {
      "Content-Type" => "application/json",
      "Authorization" => "Bearer #{ENV.fetch("OPENAI_API_KEY")}",
      "x-portkey-api-key" => ENV.fetch("PORTKEY_API_KEY"),
      "x-portkey-provider" => "openai",
    }
  end

  def self.request(question, trace: nil, stream: false)
    request = Net::HTTP::Post.new(URI("#{BASE_URL}/chat/completions"), headers)
    request[TRACE_HEADER] = trace if trace
    request.body = { model: "gpt-4o-mini", stream: stream, messages: [{ role: "user", content: question }] }.to_json
    request
  end

  def self.start(&block)
    uri = URI(BASE_URL)
    Net::HTTP.start(uri.host, uri.port, use_ssl: uri.scheme == "https", &block)
  end

  def self.chat(question, trace: nil)
    response = start { |http| http.request(request(question, trace: trace)) }
    response.value
    JSON.parse(response.body).dig("choices", 0, "message", "content")
  end

  def self.stream(question)
    start do |http|
      http.request(request(question, stream: true)) do |response|
        response.value
        response.read_body.scan(/^data: (\{.*\})$/) do |(data)|
          print JSON.parse(data).dig("choices", 0, "delta", "content")
        end
      end
    end
    puts
  end
end
