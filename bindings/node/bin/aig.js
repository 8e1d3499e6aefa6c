#!/usr/bin/env node
'use strict';

const { spawn } = require('node:child_process');

let program = process.env.AIG_BINARY;
if (!program) {
  try {
    program = require('../platform.js').resolve(process.platform === 'win32' ? 'aig.exe' : 'aig');
  } catch (error) {
    console.error(`aig: ${error.message}`);
    process.exit(2);
  }
}

const child = spawn(program, process.argv.slice(2), { stdio: 'inherit' });
// The terminal sends Ctrl-C to the child as well: this process only has to outlive it. The others are passed on.
process.on('SIGINT', () => {});
for (const signal of ['SIGTERM', 'SIGHUP']) {
  process.on(signal, () => child.kill(signal));
}
child.on('error', (error) => {
  console.error(`aig: ${program} can't be started: ${error.message}`);
  process.exit(2);
});
child.on('exit', (code, signal) => {
  if (signal) {
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.removeAllListeners(name);
    process.kill(process.pid, signal);
  } else {
    process.exitCode = code ?? 2;
  }
});
