// Preloaded into a process (`node --import`): kills it just before its N-th fsync, rename, removal or new folder, where
// LAMO_KILL_AT says N; otherwise counts them, into the file that LAMO_KILL_COUNT names. Plain JavaScript: no loader is needed.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const at = Number(process.env.LAMO_KILL_AT ?? 0);
/** @type {string[]} */
const seen = [];

/** @param {string} what */
function pass(what) {
  seen.push(what);
  if (seen.length === at) process.kill(process.pid, 'SIGKILL');
}

/**
 * @param {Record<string, any>} owner
 * @param {readonly string[]} names
 */
function watch(owner, names) {
  for (const name of names) {
    const original = owner[name];
    owner[name] = (/** @type {unknown[]} */ ...args) => {
      pass(`${name} ${typeof args[0] === 'string' ? args[0] : ''}`);
      return original.apply(owner, args);
    };
  }
}

watch(fs, [
  'fsyncSync',
  'renameSync',
  'unlinkSync',
  'rmSync',
  'rmdirSync',
  'mkdirSync',
  'linkSync',
  'symlinkSync',
]);
watch(fs.promises, ['rename', 'unlink', 'rm', 'rmdir', 'mkdir', 'link', 'symlink']);
syncBuiltinESMExports();

const { LAMO_KILL_COUNT: count } = process.env;
if (count !== undefined) process.on('exit', () => fs.writeFileSync(count, JSON.stringify(seen)));
