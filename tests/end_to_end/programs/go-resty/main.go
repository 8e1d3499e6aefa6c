package main

import (
	"fmt"
	"log"
	"os"

	"github.com/go-resty/resty"
)

type message struct {
	Role    string `json:"role"`
	Content string `json:"content"`
}

type completion struct {
	Choices []struct {
		Message message `json:"message"`
	} `json:"choices"`
}

type models struct {
	Data []struct {
		ID string `json:"id"`
	} `json:"data"`
}

func main() {
	key := os.Getenv("PORTKEY_API_KEY")
	client := resty.New().SetHostURL("https://api.portkey.ai/v1")

	var answer completion
	resp, err := client.R().
		SetHeader("x-portkey-api-key", key).
		SetHeader("x-portkey-provider", "openai").
		SetHeader("x-portkey-trace-id", "resty").
		SetAuthToken(os.Getenv("OPENAI_API_KEY")).
		SetBody(map[string]interface{}{
			"model":    "gpt-4o-mini",
			"messages": []message{{Role: "user", Content: "Where is the harbour?"}},
		}).
		SetResult(&answer).
		Post("/chat/completions")
	if err != nil || resp.IsError() {
		log.Fatal(err, resp)
	}
	fmt.Println(answer.Choices[0].Message.Content)

	var listed models
	resp, err = client.R().
		SetHeaders(map[string]string{
			"Accept":            "application/json",
			"x-portkey-api-key": key,
			"x-portkey-config":  "pc-resty-1a2b3c",
		}).
		SetResult(&listed).
		Get("/models")
	if err != nil || resp.IsError() {
		log.Fatal(err, resp)
	}
	fmt.Println(len(listed.Data))
}
