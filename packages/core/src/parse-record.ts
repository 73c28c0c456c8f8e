import type { z } from 'zod';
import { LamoError } from './errors';

/** Where a value was read, for the error if it is not what it should be. */
export interface RecordOrigin {
  /** As in {@link LamoError}. */
  readonly where: string;
  /** As in {@link LamoError}. @default 'damaged-file' */
  readonly code?: string;
  /** Where the value comes from: a path, `line 3 of metrics.jsonl`. */
  readonly name: string;
  /** What it should be: `an evaluation`. */
  readonly kind: string;
  /** What to do about it. */
  readonly hint?: string;
}

/**
 * Checks a value that was read from a file against a schema, so that the code that uses it need not check again.
 *
 * @returns the value as the schema makes it, defaults filled in
 * @throws LamoError `damaged-file`, or the code of `origin`: it names the field, what was expected and what was there
 */
export function parseRecord<T>(schema: z.ZodType<T>, value: unknown, origin: RecordOrigin): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const { where, code = 'damaged-file', name, kind, hint } = origin;
  const { path, expected, received } = describeIssue(result.error.issues[0]!, value);
  throw new LamoError({
    where,
    code,
    problem: path === '' ? `${name} is not ${kind}` : `${name} is not ${kind}: \`${path}\` is not valid`,
    expected,
    received,
    ...(hint === undefined ? {} : { hint }),
  });
}

/** What is wrong with a value, where. */
export interface ValueIssue {
  /** `returns[3]`, long names cut; empty of the value as a whole. */
  readonly path: string;
  /** What may stand there. */
  readonly expected: string;
  /** What does, as JSON that is cut where it is long. */
  readonly received: string;
}

/** Says in words what zod found. @param value what was checked */
export function describeIssue(issue: z.core.$ZodIssue, value: unknown): ValueIssue {
  const path = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0]!] : issue.path;
  return { path: fieldName(path), expected: expectation(issue), received: excerpt(valueAt(value, path)) };
}

/** Describes what zod expected: `a number`, `at least 1`. */
function expectation(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type') {
    if (issue.expected === 'int') return 'a whole number';
    if (issue.expected === 'nonoptional') return 'a value';
    return `${/^[aeiou]/.test(issue.expected) ? 'an' : 'a'} ${issue.expected}`;
  }
  if (issue.code === 'unrecognized_keys') return 'no such field';
  if (issue.code === 'too_small' && issue.origin === 'array') return listOf(issue.minimum, issue, 'at least');
  if (issue.code === 'too_big' && issue.origin === 'array') return listOf(issue.maximum, issue, 'at most');
  if (issue.code === 'too_small' && issue.origin !== 'string' && issue.origin !== 'array') {
    return `${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}`;
  }
  if (issue.code === 'too_big' && issue.origin !== 'string' && issue.origin !== 'array') {
    return `${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}`;
  }
  return issue.message.replace(/^.*expected /, '').replace(/, received .*$/, '');
}

function listOf(count: number | bigint, { exact }: { readonly exact?: boolean }, words: string): string {
  return `a list of ${exact === true ? '' : `${words} `}${count}`;
}

/** `dataset.rows`, `returns[3]`. */
function fieldName(path: readonly PropertyKey[]): string {
  return path
    .map((key, i) => (typeof key === 'number' ? `[${key}]` : `${i === 0 ? '' : '.'}${cut(String(key))}`))
    .join('');
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key], value);
}

const LONGEST_EXCERPT = 60;

function excerpt(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = typeof value === 'number' ? String(value) : toJson(value);
  return cut(text);
}

const cut = (text: string) => (text.length > LONGEST_EXCERPT ? `${text.slice(0, LONGEST_EXCERPT)}…` : text);

/** A file may nest values more deeply than `JSON.stringify` can follow. */
function toJson(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    return 'a value that is nested too deeply to show';
  }
}
