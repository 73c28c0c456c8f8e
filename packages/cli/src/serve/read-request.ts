import { describedSizes, type PolicyDescription } from '@lamo/algos';
import { type ColumnArray, describeIssue, nearest, type ValueIssue } from '@lamo/core';
import {
  encodeObservation,
  type HasObservations,
  imageShape,
  type ObservedValues,
  observationParts,
} from '@lamo/data';
import { z } from 'zod';
import { RequestError } from './request-error';
import type { RequestSchemas } from './request-schema';

/** Checks a value of a request. @param at where in the request it stands @throws RequestError */
export function checkValue<T>(schema: z.ZodType<T>, value: unknown, at = ''): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const { issues } = result.error;
  const shown = issues.slice(0, MOST_ISSUES).map((issue) => {
    const found = describeIssue(issue, value);
    return { ...found, ...suggestion(schema, issue), path: joinPath(at, found.path) };
  });
  throw new RequestError(400, 'invalid-request', inWords(shown, issues.length), shown);
}

/** What a field that there is not was probably meant to be, where one kind of object may stand. */
function suggestion(schema: z.ZodType, issue: z.core.$ZodIssue): Pick<ValueIssue, 'expected'> | undefined {
  if (issue.code !== 'unrecognized_keys' || !(schema instanceof z.ZodObject)) return undefined;
  const meant = nearest(issue.keys[0]!, Object.keys(schema.shape));
  return meant === undefined ? undefined : { expected: `no such field (did you mean ${meant}?)` };
}

/** What is wrong with a request is said so many times at most: an answer stays short, however long the request. */
const MOST_ISSUES = 20;

const joinPath = (at: string, path: string) =>
  at === '' || path === '' || path.startsWith('[') ? at + path : `${at}.${path}`;

/** @param all how many there are, those included that are not shown */
function inWords(issues: readonly ValueIssue[], all = issues.length): string {
  const [{ path, expected, received }] = issues as [ValueIssue];
  const more = all === 1 ? '' : `; ${all - 1} more`;
  return `${path === '' ? 'the body' : path}: expected ${expected}, received ${received}${more}`;
}

/** An observation of a request, as the policy takes it. */
export interface ReadObservation {
  /** [O] */
  readonly observation: ColumnArray;
  /** Its values by name, with those that were filled in; none if it was a list. */
  readonly values?: ObservedValues;
}

/** Reads an observation of either form. @param before as of {@link encodeObservation} @throws RequestError */
export function readObservation(
  { list, named }: RequestSchemas,
  description: PolicyDescription,
  value: unknown,
  at: string,
  before?: ObservedValues | null,
): ReadObservation {
  const sizes = describedSizes(description);
  if (Array.isArray(value) || named === undefined) {
    const numbers = checkValue(list, value, at);
    return {
      observation: imageShape(sizes) === undefined ? Float32Array.from(numbers) : Uint8Array.from(numbers),
    };
  }
  const values = checkValue(named, value, at);
  checkRepeated(sizes, values, at, before);
  return encodeObservation(sizes, values, before);
}

/** Refuses what only the step before could say, where that is not known: the schema lets it through. */
function checkRepeated(
  sizes: HasObservations,
  values: ObservedValues,
  at: string,
  before: ObservedValues | null | undefined,
): void {
  const issues = Object.entries(observationParts(sizes)).flatMap(([name, { missing }]) => {
    const isRepeated = missing?.previous === true && before === undefined;
    const isFilled = missing?.value !== undefined || (missing?.previous === true && before != null);
    if (values[name] != null || (isFilled && !isRepeated)) return [];
    return [{ path: joinPath(at, name), expected: 'a value', received: 'nothing' }];
  });
  if (issues.length === 0) return;
  const hint =
    before === undefined
      ? 'What was observed before stands in for it. Send that, or let the server remember it: POST /episodes.'
      : 'Nothing was observed before that could stand in for it.';
  throw new RequestError(400, 'invalid-request', inWords(issues), issues, hint);
}
