<?php

require '/usr/share/php/GuzzleHttp/autoload.php';

use GuzzleHttp\Client;

$client = new Client([
    'base_uri' => 'https://api.portkey.ai/v1/',
    'timeout' => 30,
    'headers' => [
        'x-portkey-api-key' => $_SERVER['PORTKEY_API_KEY'] ?? throw new RuntimeException('PORTKEY_API_KEY is not set'),
        'x-portkey-virtual-key' => getenv('PORTKEY_VIRTUAL_KEY'),
    ],
]);

function ask(Client $client, string $question, string $trace): string
{
    $response = $client->post('chat/completions', [
        'headers' => ["x-portkey-trace-id" => "ask-{$trace}"],
        'json' => [
            'model' => 'gpt-4o-mini',
            'messages' => [['role' => 'user', 'content' => $question]],
        ],
    ]);

    return json_decode((string) $response->getBody(), true)['choices'][0]['message']['content'];
}

echo ask($client, 'How far is the moon?', 'moon'), PHP_EOL;
echo ask($client, 'And the sun?', 'sun'), PHP_EOL;

$response = $client->request('POST', 'embeddings', [
    'headers' => ['x-portkey-cache-force-refresh' => 'true'],
    'json' => ['model' => 'text-embedding-3-small', 'input' => 'moon'],
]);
echo count(json_decode((string) $response->getBody(), true)['data']), PHP_EOL;
