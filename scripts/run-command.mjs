import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The repository's root folder, where every command runs unless told otherwise. */
export const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * Runs a command without input and keeps what it prints.
 *
 * @param {readonly string[]} command program and arguments
 * @param {string} [cwd]
 * @returns {Promise<{ok: boolean, output: string}>} output holds stdout and stderr in the order they came
 */
export function runCommand([program = '', ...args], cwd = root) {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd,
      env: {
        ...process.env,
        [process.stdout.isTTY ? 'FORCE_COLOR' : 'NO_COLOR']: '1',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      // npm and npx are batch files on Windows.
      shell: process.platform === 'win32' && /^np[mx]$/.test(program),
    });
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
    });
    child.stderr.on('data', (chunk) => {
      output += chunk;
    });
    child.on('error', (error) => resolve({ ok: false, output: `${output}${error.message}\n` }));
    child.on('close', (code) => resolve({ ok: code === 0, output }));
  });
}
