// Builds the packages that have changed, with turbo, which would otherwise report to its makers and say so.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { root } from './run-command.mjs';

const turbo = createRequire(import.meta.url).resolve('turbo/bin/turbo');
const { status } = spawnSync(process.execPath, [turbo, 'run', 'build', '--output-logs=errors-only'], {
  cwd: root,
  env: { TURBO_TELEMETRY_DISABLED: '1', ...process.env },
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
