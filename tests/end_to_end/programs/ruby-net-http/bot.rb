# frozen_string_literal: true

require_relative "gateway"

puts Gateway.chat("Is the build green?", trace: "standup")
puts Gateway.chat("Who broke it?")
Gateway.stream("Tell me slowly.")
