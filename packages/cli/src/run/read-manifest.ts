import { algorithms } from '@lamo/algos';
import { LamoError } from '@lamo/core';
import { z } from 'zod';
import { readJsonFile } from './json-file';
import { FORMAT, type RunManifest, runManifest } from './manifest';
import type { PolicyManifest } from './policy-manifest';
import { sidesOf } from './run-sides';

/** Reads the manifest of a run, with what its kind of data and of result add. @throws LamoError `damaged-manifest`, `run-version` */
export function readManifest(path: string): RunManifest {
  const { data, result } = sidesOf(algorithmOf(path));
  const schema = runManifest.extend({ ...data.fields, ...result.fields });
  return parseManifest<unknown>(path, schema) as RunManifest;
}

/** Reads the manifest of a run that ends with a policy. @throws LamoError `not-a-policy`, and what {@link readManifest} throws */
export function readPolicyManifest(path: string): PolicyManifest {
  const manifest = readManifest(path);
  const { title, result } = algorithms.get(manifest.algorithm) ?? {};
  if (result === undefined || result.kind === 'policy') return manifest as PolicyManifest;
  throw new LamoError({
    where: 'cli/run',
    code: 'not-a-policy',
    problem: `${path} is of a run of ${title}, which has no policy`,
    expected: 'a run with a policy',
    received: `a run whose result is: ${result.kind.replaceAll('-', ' ')}`,
    hint: `${sidesOf(manifest.algorithm).result.records} beside it tells how it went.`,
  });
}

/** The algorithm of a run. @throws LamoError `damaged-manifest`, `run-version` */
function algorithmOf(path: string): string {
  const first = z.looseObject({ format: z.int(), task: z.string().optional() });
  const { format, task } = parseManifest(path, first);
  // Pre-trainings were of a kind of their own before they were runs like all others.
  if (format === FORMAT && task === undefined) return parseManifest(path, runManifest).algorithm;
  throw new LamoError({
    where: 'cli/run',
    code: 'run-version',
    problem: `The run of ${path} was written by another version of lamo`,
    expected: `format ${FORMAT}`,
    received: format === FORMAT ? `a task '${task}'` : `format ${format}`,
    hint: 'Use the version of lamo that wrote it, or train again. Its models can be used as they are.',
  });
}

/** Reads a manifest by its schema. @throws LamoError `damaged-manifest` */
function parseManifest<T>(path: string, schema: z.ZodType<T>): T {
  return readJsonFile(path, schema, {
    code: 'damaged-manifest',
    kind: 'a manifest as `lamo train` writes it',
    hint: 'Take the file from a backup, or train again.',
  });
}
