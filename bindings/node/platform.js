'use strict';

const fs = require('node:fs');

/** The package that holds what was built for this machine. */
function platformPackage() {
  const musl = process.platform === 'linux' && isMusl() ? '-musl' : '';
  return `aigateway-cli-${process.platform}-${process.arch}${musl}`;
}

/** By file, not by starting a program: musl's loader stands in /lib under its own name, and glibc's does not. */
function isMusl() {
  try {
    const names = fs.readdirSync('/lib');
    return names.some((name) => name.startsWith('ld-musl-')) && !fs.existsSync('/etc/debian_version');
  } catch {
    return false;
  }
}

/** The path of a file of the platform's package; throws an error that says what to do. */
function resolve(file) {
  const name = platformPackage();
  try {
    return require.resolve(`${name}/${file}`);
  } catch (cause) {
    const message =
      `the package ${name} is not installed, which holds the program for this machine; ` +
      `run: npm install --no-save ${name}@${require('./package.json').version}`;
    throw new Error(message, { cause });
  }
}

module.exports = { platformPackage, resolve };
