'use strict';

const { inspect } = require('node:util');
const { fileURLToPath } = require('node:url');
const { classes, fromFailure } = require('./errors.js');

const { AbortError, OptionError } = classes;
const native = require('./native.js').load();

/** How often progress is told, in milliseconds. */
const PULSE = 50;
/** Options of the library, and those that are only of this file. */
const PLAN_OPTIONS = [
  'source', 'sourceToml', 'baseUrl', 'fromUrls', 'keepUnmapped', 'paths', 'include', 'exclude', 'ignoreFiles',
  'threads', 'signal', 'onProgress',
];

/** Held by the plans that were made here: no other object can be applied. */
const handles = new WeakMap();

class Plan {
  constructor(handle) {
    if (!(handle instanceof native.Planned)) throw new TypeError('a Plan is made by plan() or planFiles()');
    handles.set(this, handle);
  }

  toJSON() {
    return JSON.parse(handles.get(this).report());
  }

  rewritten() {
    return handles.get(this).rewritten();
  }

  get [Symbol.toStringTag]() {
    return 'Plan';
  }

  [inspect.custom]() {
    return `Plan { ${handles.get(this).summary()} }`;
  }
}

function checked(options, known) {
  if (options === null || typeof options !== 'object') {
    throw new OptionError('options must be an object', { code: 'option' });
  }
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) {
      throw new OptionError(`there is no option ${JSON.stringify(name)}; there are: ${known.join(', ')}`, { code: 'option' });
    }
  }
  return options;
}

function aborted(signal) {
  return new AbortError('stopped on request; nothing was written', { code: 'cancelled', cause: signal.reason });
}

/** What the library gave, or its failure as an error. What it can't take is an error of an option. */
async function settled(start) {
  let work;
  try {
    work = start();
  } catch (cause) {
    throw new OptionError(cause.message, { code: 'option', cause });
  }
  const outcome = await work;
  if (outcome instanceof native.Failure) throw fromFailure(outcome);
  return outcome;
}

async function watched(options, start) {
  const { signal, onProgress, ...request } = checked(options, PLAN_OPTIONS);
  if (signal?.aborted) throw aborted(signal);
  for (const [name, value] of Object.entries(request)) {
    if (value === undefined) delete request[name];
  }
  const watch = new native.Watch();
  let told = '';
  const tell = () => {
    const progress = { filesScanned: watch.filesScanned, filesMatched: watch.filesMatched };
    const text = JSON.stringify(progress);
    if (text !== told) onProgress(progress);
    told = text;
  };
  let clean = () => {};
  // Whoever stops the work does not wait for its last breath: it has written nothing.
  const stopped = new Promise((_, reject) => {
    const stop = (error) => {
      watch.cancel();
      reject(error);
    };
    const onAbort = () => stop(aborted(signal));
    signal?.addEventListener('abort', onAbort, { once: true });
    const timer = onProgress && setInterval(() => {
      try {
        tell();
      } catch (error) {
        stop(error);
      }
    }, PULSE);
    clean = () => {
      signal?.removeEventListener('abort', onAbort);
      clearInterval(timer);
    };
  });
  try {
    const planned = await Promise.race([settled(() => start(request, watch)), stopped]);
    if (onProgress) tell();
    return new Plan(planned);
  } finally {
    clean();
  }
}

function folder(root) {
  if (root instanceof URL) return fileURLToPath(root);
  if (typeof root !== 'string') throw new OptionError('root must be the path of a folder', { code: 'option' });
  return root;
}

async function plan(root, options) {
  const path = folder(root);
  return watched(options, (request, watch) => native.plan(path, request, watch));
}

async function planFiles(files, options) {
  const given = {};
  for (const [path, text] of Object.entries(files)) {
    given[path] = typeof text === 'string' ? Buffer.from(text) : Buffer.from(text.buffer, text.byteOffset, text.byteLength);
  }
  return watched(options, (request, watch) => native.planFiles(given, request, watch));
}

async function apply(plan, options = {}) {
  const { backup = true, signal } = checked(options, ['backup', 'signal']);
  const handle = handles.get(plan);
  if (handle === undefined) {
    throw new OptionError('only a plan that plan() has made can be applied, and not its JSON', { code: 'option' });
  }
  if (signal?.aborted) throw aborted(signal);
  return settled(() => native.apply(handle, backup));
}

async function undo(root, options = {}) {
  const { force = false, signal } = checked(options, ['force', 'signal']);
  const path = folder(root);
  if (signal?.aborted) throw aborted(signal);
  return settled(() => native.undo(path, force));
}

async function sources() {
  return settled(() => native.sources());
}

const version = native.version();

module.exports = { plan, planFiles, apply, undo, sources, version, Plan, ...classes };
