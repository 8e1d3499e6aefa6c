// Makes the npm packages: the root package and that of one platform. Called by `cargo xtask pack`, and by the release,
// which has a library for each platform:
//
//     node bindings/node/pack.mjs --out DIR [--library FILE [--platform NAME]] [--no-root]
//     node bindings/node/pack.mjs --print-version
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

const here = import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname);
const read = (name) => JSON.parse(fs.readFileSync(path.join(here, name), 'utf8'));
const platforms = read('platforms.json');
const { values } = parseArgs({
  options: {
    'print-version': { type: 'boolean', default: false },
    out: { type: 'string' },
    library: { type: 'string' },
    platform: { type: 'string' },
    'no-root': { type: 'boolean', default: false },
  },
});
// The one place that says it.
const workspace = fs.readFileSync(path.join(here, '../../Cargo.toml'), 'utf8');
const version = /^\[workspace\.package\]\nversion = "([^"]+)"$/m.exec(workspace)?.[1];
if (!version) throw new Error('Cargo.toml has no version of the workspace');
if (values['print-version']) {
  console.log(version);
  process.exit();
}
const { out, library } = values;
if (!out) throw new Error('--out is needed');

const source = read('package.json');
const licenses = ['LICENSE-MIT', 'LICENSE-APACHE'];
const stage = fs.mkdtempSync(path.join(os.tmpdir(), 'aig-pack-'));
fs.mkdirSync(out, { recursive: true });

/** Packs a folder, which is given its package.json and the licenses. */
function pack(name, manifest, copies) {
  const folder = path.join(stage, name);
  for (const [to, from] of [...copies, ...licenses.map((file) => [file, `../../${file}`])]) {
    fs.mkdirSync(path.dirname(path.join(folder, to)), { recursive: true });
    fs.copyFileSync(path.resolve(here, from), path.join(folder, to));
  }
  fs.writeFileSync(path.join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  execFileSync(npm, ['pack', '--silent', '--ignore-scripts', '--pack-destination', path.resolve(out)], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
}

try {
  if (!values['no-root']) {
    const names = Object.keys(platforms).map((platform) => [`${source.name}-${platform}`, version]);
    const { name, ...rest } = source;
    const manifest = { name, version, ...rest, optionalDependencies: Object.fromEntries(names) };
    manifest.files = [...source.files, ...licenses];
    pack(name, manifest, [...source.files, 'README.md'].map((file) => [file, file]));
  }
  if (library) {
    // Without a name it is the platform that this runs on.
    const own = createRequire(import.meta.url)('./native.js').platformPackage().slice(`${source.name}-`.length);
    const platform = values.platform ?? own;
    const known = platforms[platform];
    if (!known) throw new Error(`there is no platform ${platform}; there are: ${Object.keys(platforms).join(', ')}`);
    const [system, cpu] = platform.split('-');
    const { description, license, homepage, repository, engines } = source;
    const manifest = {
      name: `${source.name}-${platform}`,
      version,
      description: `${description} This package holds what is built for ${platform}.`,
      license,
      homepage,
      repository,
      main: 'aigateway.node',
      files: ['aigateway.node', ...licenses],
      engines,
      os: [system],
      cpu: [cpu],
      ...(known.libc ? { libc: [known.libc] } : {}),
    };
    pack(manifest.name, manifest, [['aigateway.node', path.resolve(library)]]);
  }
} finally {
  fs.rmSync(stage, { recursive: true, force: true });
}
