import { existsSync } from 'node:fs';
import { LamoError, nearest } from '@lamo/core';
import { OWNERLESS_NAMES } from '@lamo/data';

/** Language models without an owner: the one that comes with this package, and the GPT-2s of the hub. */
const KNOWN = ['nano', ...OWNERLESS_NAMES.model];

/**
 * Refuses the name of a language model that is not a known one, and neither a path nor has an owner: a folder that is not there is no
 * reason to ask the hub.
 *
 * @throws LamoError `unknown-model`
 */
export function refuseUnknownModel(name: string): void {
  if (/[/\\]/.test(name) || KNOWN.includes(name) || existsSync(name)) return;
  const similar = nearest(name, KNOWN);
  const guess = similar === undefined ? '' : `Did you mean '${similar}'? `;
  throw new LamoError({
    where: 'models/pretrained',
    code: 'unknown-model',
    problem: `There is no language model ${name}`,
    expected: 'nano, which is included, a folder, or a name on the hub',
    received: name,
    hint: `${guess}To ask the hub, put the owner before the name: owner/${name}.`,
  });
}
