import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LamoError } from '@lamo/core';

const NAME = 'nano-wikitext2';

/**
 * Finds the folder of the small GPT-2 that comes with this package: its weights, its tokenizer, and the card that says how
 * it was made.
 *
 * @throws LamoError `incomplete-package`
 */
export function nanoModelFolder(): string {
  // The package's root is one folder above its bundle, and more above its sources.
  let folder = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const found = join(folder, 'assets', NAME);
    if (existsSync(join(found, 'config.json'))) return found;
    const parent = dirname(folder);
    if (parent === folder) throw missing();
    folder = parent;
  }
}

function missing(): LamoError {
  return new LamoError({
    where: 'models/nano',
    code: 'incomplete-package',
    problem: 'The nano language model is missing from the installed @lamo/models',
    expected: `assets/${NAME} in the package`,
    received: 'no such folder',
    hint: 'Install @lamo/models again. If you use a bundler, keep the package outside of the bundle.',
  });
}
