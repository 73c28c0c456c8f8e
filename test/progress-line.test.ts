import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { root, runCommand } from '../scripts/run-command.mjs';

test('what takes long says so now and then where nobody watches, as in a pipe', async () => {
  const program = `
    import { progressLine } from ${JSON.stringify(pathToFileURL(`${root}scripts/progress-line.mjs`).href)};
    const end = progressLine('waiting', 100);
    setTimeout(() => end('done'), 1000);
  `;
  const { output } = await runCommand([process.execPath, '--input-type=module', '--eval', program]);
  expect(output).toMatch(/^waiting … (\d+\.\d s … ){2,}done \(\d+\.\d s\)\n$/);
});
