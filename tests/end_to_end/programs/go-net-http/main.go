package main

import (
	"fmt"
	"net/http"
	"os"
)

// traced adds headers to whatever goes out.
type traced struct{ next http.RoundTripper }

func (t *traced) RoundTrip(req *http.Request) (*http.Response, error) {
	req = req.Clone(req.Context())
	req.Header.Set("x-portkey-api-key", os.Getenv("PORTKEY_API_KEY"))
	req.Header.Add("X-Portkey-Trace-Id", "go-transport")
	return t.next.RoundTrip(req)
}

type models struct {
	Data []struct {
		ID string `json:"id"`
	} `json:"data"`
}

func run() error {
	c, err := newClient()
	if err != nil {
		return err
	}
	answer, err := c.chat("Where is the harbour?")
	if err != nil {
		return err
	}
	fmt.Println(answer)

	literal, err := http.NewRequest(http.MethodGet, "https://api.portkey.ai/v1/models", nil)
	if err != nil {
		return err
	}
	literal.Header = http.Header{
		"Accept":             {"application/json"},
		"X-Portkey-Api-Key":  []string{os.Getenv("PORTKEY_API_KEY")},
		"X-Portkey-Provider": {"openai"},
	}
	var listed models
	if err := c.do(literal, &listed); err != nil {
		return err
	}
	fmt.Println(len(listed.Data))

	c.http = &http.Client{Transport: &traced{next: http.DefaultTransport}}
	plain, err := http.NewRequest(http.MethodGet, baseURL+"/models", nil)
	if err != nil {
		return err
	}
	if err := c.do(plain, &listed); err != nil {
		return err
	}
	fmt.Println(len(listed.Data))
	return nil
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
