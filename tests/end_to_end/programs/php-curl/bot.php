<?php

require __DIR__ . '/gateway.php';

$gateway = new Gateway();
echo $gateway->chat('Is the build green?', 'standup'), PHP_EOL;
echo $gateway->chat('Who broke it?'), PHP_EOL;
$gateway->stream('Tell me slowly.');
echo $gateway->models(), PHP_EOL;
