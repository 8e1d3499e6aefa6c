<?php

declare(strict_types=1);

final class Gateway
{
    private const BASE_URL = 'https://api.portkey.ai/v1';

    private string $key;
    private string $openaiKey;

    public function __construct()
    {
        $this->key = getenv('PORTKEY_API_KEY') ?: '';
        $this->openaiKey = getenv('OPENAI_API_KEY') ?: '';
    }

    private function headers(?string $trace): array
    {
        $headers = [
            'Content-Type: application/json',
            'Authorization: Bearer ' . $this->openaiKey,
            'x-portkey-api-key: ' . $this->key,
            'x-portkey-provider: openai',
        ];
        if ($trace !== null) {
            $headers[] = 'x-portkey-trace-id: ' . $trace;
        }

        return $headers;
    }

    public function chat(string $question, ?string $trace = null): string
    {
        $ch = curl_init(self::BASE_URL . '/chat/completions');
        curl_setopt_array($ch, [
            CURLOPT_RETURNTRANSFER => true,
            CURLOPT_HTTPHEADER => $this->headers($trace),
            CURLOPT_POSTFIELDS => $this->body($question, false),
            CURLOPT_TIMEOUT => 30,
        ]);
        $answer = json_decode(curl_exec($ch), true);
        if (curl_getinfo($ch, CURLINFO_RESPONSE_CODE) !== 200) {
            throw new RuntimeException($answer['error']['message']);
        }

        return $answer['choices'][0]['message']['content'];
    }

    public function stream(string $question): void
    {
        $ch = curl_init(self::BASE_URL . '/chat/completions');
        curl_setopt($ch, CURLOPT_HTTPHEADER, $this->headers(null));
        curl_setopt($ch, CURLOPT_POSTFIELDS, $this->body($question, true));
        curl_setopt($ch, CURLOPT_WRITEFUNCTION, function ($ch, string $data): int {
            foreach (explode("\n", $data) as $line) {
                if (str_starts_with($line, 'data: {')) {
                    echo json_decode(substr($line, 6), true)['choices'][0]['delta']['content'] ?? '';
                }
            }

            return strlen($data);
        });
        if (!curl_exec($ch) || curl_getinfo($ch, CURLINFO_RESPONSE_CODE) !== 200) {
            throw new RuntimeException('no stream');
        }
        echo PHP_EOL;
    }

    public function models(): int
    {
        $context = stream_context_create(['http' => [
            'header' => "x-portkey-api-key: {$this->key}\r\n" .
                "x-portkey-trace-id: models\r\n" .
                "Accept: application/json\r\n",
        ]]);

        return count(json_decode(file_get_contents(self::BASE_URL . '/models', false, $context), true)['data']);
    }

    private function body(string $question, bool $stream): string
    {
        return json_encode([
            'model' => 'gpt-4o-mini',
            'stream' => $stream,
            'messages' => [['role' => 'user', 'content' => $question]],
        ]);
    }
}
