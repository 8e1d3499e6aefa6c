package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
)

const baseURL = "https://api.portkey.ai/v1"

// client asks the gateway.
type client struct {
	http *http.Client
	key  string
}

func newClient() (*client, error) {
	key, ok := os.LookupEnv("PORTKEY_API_KEY")
	if !ok {
		return nil, fmt.Errorf("PORTKEY_API_KEY is not set")
	}
	return &client{http: http.DefaultClient, key: key}, nil
}

func (c *client) chat(question string) (string, error) {
	body, err := json.Marshal(map[string]any{
		"model":    "gpt-4o-mini",
		"messages": []map[string]string{{"role": "user", "content": question}},
	})
	if err != nil {
		return "", err
	}
	virtualKey := os.Getenv("PORTKEY_VIRTUAL_KEY")
	config, err := json.Marshal(map[string]any{"retry": map[string]int{"attempts": 2}})
	if err != nil {
		return "", err
	}
	req, err := http.NewRequest(http.MethodPost, baseURL+"/chat/completions", bytes.NewReader(body))
	if err != nil {
		return "", err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", fmt.Sprintf("Bearer %s", os.Getenv("OPENAI_API_KEY")))
	req.Header.Set(headerKey, c.key)
	req.Header.Set(headerVirtual, virtualKey)
	req.Header.Set(headerTrace, "go-chat")
	req.Header.Set("x-portkey-config", string(config))

	var answer struct {
		Choices []struct {
			Message struct {
				Content string `json:"content"`
			} `json:"message"`
		} `json:"choices"`
	}
	if err := c.do(req, &answer); err != nil {
		return "", err
	}
	return answer.Choices[0].Message.Content, nil
}

func (c *client) do(req *http.Request, into any) error {
	resp, err := c.http.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", resp.Status, text)
	}
	return json.Unmarshal(text, into)
}
