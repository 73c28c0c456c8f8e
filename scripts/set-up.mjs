// Gets a clone ready: checks Node, installs from the lockfile and, asked to `build`, builds what the command line runs.
// Plain JavaScript that needs nothing from the registry: this runs before anything is installed.
import { readFileSync } from 'node:fs';
import { pnpm } from './pnpm.mjs';
import { root, runCommand } from './run-command.mjs';
import { step } from './step.mjs';

checkNode();
await step('installing packages', runCommand(pnpm('install', '--frozen-lockfile')));
if (process.argv.includes('build')) await step('building', runCommand(pnpm('run', 'build', 'bundle')));

function checkNode() {
  const wanted = JSON.parse(readFileSync(`${root}package.json`, 'utf8')).engines.node.replace('>=', '');
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [wantedMajor, wantedMinor] = wanted.split('.').map(Number);
  if (major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)) return;
  console.error(
    `lamo needs Node ${wanted} or newer; this is ${process.versions.node}. Get it at https://nodejs.org`,
  );
  process.exit(1);
}
