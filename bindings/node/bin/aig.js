#!/usr/bin/env node
'use strict';

// The command runs in this very process: no other has to be found, started, signalled or outlived.
let native;
try {
  native = require('../native.js').load();
} catch (error) {
  console.error(`aig: ${error.message}`);
  process.exit(2);
}
process.exitCode = native.run(process.argv.slice(2));
