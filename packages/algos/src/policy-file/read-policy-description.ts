import { readFileSync } from 'node:fs';
import { LamoError, parseRecord } from '@lamo/core';
import { readOnnxMetadata } from '@lamo/runtime';
import { checkPolicyDescription } from './check-policy-description';
import { POLICY_FORMAT, POLICY_KEY, type PolicyDescription, policyDescription } from './policy-description';

/**
 * Reads what a policy's file says of itself: inputs and outputs, names, categories, scaling, actions.
 *
 * @param file a path, or the bytes of a `policy.onnx`
 * @returns undefined of a model that says nothing: one that is not of lamo, or of a version that did not write it yet
 * @throws LamoError `file-not-found`, `damaged-file`; `policy-version` of a file that a later version wrote
 * @example
 * const description = readPolicyDescription('runs/offers/policy.onnx');
 * console.log(description?.observation.columns, description?.action.space);
 */
export function readPolicyDescription(file: string | Uint8Array): PolicyDescription | undefined {
  const name = typeof file === 'string' ? file : 'The file';
  const text = readOnnxMetadata(typeof file === 'string' ? read(file) : file)[POLICY_KEY];
  if (text === undefined) return undefined;
  const value = parse(text, name);
  const format = (value as { format?: unknown } | null)?.format;
  if (typeof format === 'number' && format > POLICY_FORMAT) throw laterVersion(name, format);
  const origin = { where: WHERE, name: wordsOf(name), kind: KIND };
  const description = parseRecord(policyDescription, value, origin);
  checkPolicyDescription(description, wordsOf(name));
  return description;
}

const WHERE = 'algos/policy-file';
const KIND = 'one that lamo writes';
const wordsOf = (name: string) => `The description in ${name === 'The file' ? 'the file' : name}`;

function read(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new LamoError({
      where: WHERE,
      code: 'file-not-found',
      problem: `${path} cannot be read`,
      expected: 'a policy.onnx',
      received: (cause as Error).message,
      cause,
    });
  }
}

function parse(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new LamoError({
      where: WHERE,
      code: 'damaged-file',
      problem: `${wordsOf(name)} is not ${KIND}`,
      expected: 'JSON',
      received: `${text.slice(0, 60)}`,
      cause,
    });
  }
}

function laterVersion(name: string, format: number): LamoError {
  return new LamoError({
    where: WHERE,
    code: 'policy-version',
    problem: `${name} was written by a later version of lamo`,
    expected: `a description of format ${POLICY_FORMAT}`,
    received: `format ${format}`,
    hint: 'Update lamo, or run the model as it is: its inputs and outputs need no description.',
  });
}
