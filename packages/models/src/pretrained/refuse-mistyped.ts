import { existsSync } from 'node:fs';
import { LamoError, nearest } from '@lamo/core';

/** Language models without an owner: the one that comes with this package, and the GPT-2s of the hub. */
const KNOWN = ['nano', 'gpt2', 'gpt2-medium', 'gpt2-large', 'gpt2-xl', 'distilgpt2'];

/**
 * Refuses the name of a language model that is near to a known one, and neither a path nor has an owner: the hub would only say, after a
 * while, that it has none such.
 *
 * @throws LamoError `unknown-model`
 */
export function refuseMistypedModel(name: string): void {
  if (/[/\\]/.test(name) || existsSync(name)) return;
  const similar = nearest(name, KNOWN);
  if (similar === undefined || similar === name) return;
  throw new LamoError({
    where: 'models/pretrained',
    code: 'unknown-model',
    problem: `There is no language model ${name}`,
    expected: 'nano, which is included, a folder, or a name on the hub',
    received: name,
    hint: `Did you mean '${similar}'? To ask the hub, put the owner before the name: owner/${name}.`,
  });
}
