import { dirname } from 'node:path';
import { findInPackage, LamoError } from '@lamo/core';

const NAME = 'nano-gutenberg';

/**
 * Finds the folder of the small GPT-2 that comes with this package: its weights, its tokenizer, and the card that says how
 * it was made.
 *
 * @throws LamoError `incomplete-package`
 */
export function nanoModelFolder(): string {
  const found = findInPackage(import.meta.url, 'assets', NAME, 'config.json');
  if (found === undefined) throw missing();
  return dirname(found);
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
