// Builds what has changed of the packages, with turbo, which would otherwise report to its makers and say so: all of it or, asked to
// `bundle`, only what runs, without the types for whoever installs them, which take ten times as long.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { root } from './run-command.mjs';

const turbo = createRequire(import.meta.url).resolve('turbo/bin/turbo');
const tasks = process.argv.includes('bundle') ? ['bundle'] : ['bundle', 'declare'];
const { status } = spawnSync(process.execPath, [turbo, 'run', ...tasks, '--output-logs=errors-only'], {
  cwd: root,
  env: { TURBO_TELEMETRY_DISABLED: '1', ...process.env },
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
