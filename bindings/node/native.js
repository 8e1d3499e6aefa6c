'use strict';

const fs = require('node:fs');
const path = require('node:path');
/** In the sources, nothing is filled in; `pack.mjs` does it. */
const { version = 'unpacked', optionalDependencies = {} } = require('./package.json');

/** The package that holds what was built for this machine. */
function platformPackage() {
  const musl = process.platform === 'linux' && isMusl() ? '-musl' : '';
  return `aigateway-cli-${process.platform}-${process.arch}${musl}`;
}

/** By file, not by starting a program: this program was linked by glibc's loader or by musl's. */
function isMusl() {
  try {
    // The first kilobytes of a program name its loader.
    const head = Buffer.alloc(4096);
    const program = fs.openSync(process.execPath, 'r');
    try {
      fs.readSync(program, head, 0, head.length, 0);
    } finally {
      fs.closeSync(program);
    }
    return head.includes('/ld-musl-');
  } catch {
    return false;
  }
}

/** The one command that adds a package to where this one is installed. */
function mend(name) {
  const modules = path.dirname(__dirname);
  const project = path.dirname(modules);
  const isProject = fs.existsSync(path.join(project, 'package.json'));
  // npm keeps global packages in lib/node_modules of its prefix; on Windows, in node_modules.
  const prefix = isProject || path.basename(project) !== 'lib' ? project : path.dirname(project);
  return `npm install ${isProject ? '--no-save' : '--global'} --prefix ${JSON.stringify(prefix)} ${name}@${version}`;
}

function load() {
  const name = platformPackage();
  if (!Object.hasOwn(optionalDependencies, name)) {
    throw new Error(
      `aigateway-cli is not built for ${name.slice('aigateway-cli-'.length)}; there are: ` +
        Object.keys(optionalDependencies).map((other) => other.slice('aigateway-cli-'.length)).join(', '),
    );
  }
  let file;
  try {
    file = require.resolve(`${name}/aigateway.node`);
  } catch (cause) {
    const message = `the package ${name} is not installed, which holds the program for this machine; run: ${mend(name)}`;
    throw new Error(message, { cause });
  }
  const native = require(file);
  if (native.version() !== version) {
    throw new Error(`${name} is version ${native.version()}, and aigateway-cli is ${version}; run: ${mend(name)}`);
  }
  return native;
}

module.exports = { load, platformPackage };
