import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { openPolicyFile, type PolicyFile } from '@lamo/algos';
import { LamoError } from '@lamo/core';
import { isPolicyFile } from '../run/is-policy-file';
import { readPolicyManifest } from '../run/read-manifest';
import { findRun } from '../run/run-folder';
import { wordPolicy } from '../run/word-policy';
import { describeSchemas } from '../serve/describe-schemas';
import { exampleObservation } from '../serve/example-observation';
import { requestSchemas } from '../serve/request-schema';
import { isLoopback, servePolicy } from '../serve/serve-policy';
import { listenForInterrupt } from '../terminal/interrupt';
import { showResult, tell } from '../terminal/output';
import { printWarning } from '../terminal/print-warning';

/** Flags of `lamo serve`. */
export interface ServeFlags {
  readonly host: string;
  readonly port: number;
  readonly allowNetwork?: boolean;
  readonly allowOrigin: readonly string[];
  readonly maxBatch: number;
  readonly maxWait: number;
  readonly schema?: boolean;
}

/** What nobody needs to choose: bytes of a body, observations that wait, episodes at once, and when one is forgotten. */
const LIMITS = { maxBody: 4 * 1024 * 1024, maxQueue: 20_000, maxEpisodes: 1000, episodeIdle: 600_000 };

/** Serves the policy of a run or of a file over HTTP; or says what requests may be. */
export async function serve(path: string, flags: ServeFlags): Promise<void> {
  if (!flags.schema) checkHost(flags);
  const file = locatePolicy(path);
  const policy = await openPolicyFile(file);
  try {
    if (flags.schema) showSchema(policy);
    else await serveUntilStopped(file, policy, flags);
  } finally {
    await policy.dispose();
  }
}

function showSchema({ description }: PolicyFile): void {
  const schemas = describeSchemas(requestSchemas(description), description.sequence !== undefined);
  showResult(schemas, { answer: JSON.stringify(schemas, null, 2) });
}

/** Serves until Ctrl-C, which is how it is meant to end. */
async function serveUntilStopped(file: string, policy: PolicyFile, flags: ServeFlags): Promise<void> {
  const { host, port, allowOrigin: origins, maxBatch, maxWait } = flags;
  const { description, isDescribed } = policy;
  const interrupt = listenForInterrupt(() => tell('answering what was asked; Ctrl-C again ends at once'));
  const served = await servePolicy(policy, { ...LIMITS, host, port, origins, maxBatch, maxWait });
  try {
    if (!isDescribed)
      printWarning(
        `${file} does not say what it sees and does: it takes lists of numbers, and nobody is told what lies outside of its training.`,
      );
    const isSequence = description.sequence !== undefined;
    const observation = exampleObservation(description);
    const value = { url: served.url, policy: file, description: isDescribed ? description : null };
    const note = [wordPolicy(description), '', ...exampleRequests(served.url, observation, isSequence)];
    showResult({ ...value, example: { observation } }, { answer: served.url, note: note.join('\n') });
    tell('Ctrl-C ends it.');
    if (!interrupt.signal.aborted) await once(interrupt.signal, 'abort');
  } finally {
    interrupt.stop();
    await served.close();
  }
}

function exampleRequests(url: string, observation: unknown, isSequence: boolean): readonly string[] {
  const post = (route: string, body: unknown) =>
    `curl ${url}${route} -H 'Content-Type: application/json' -d '${JSON.stringify(body)}'`;
  if (!isSequence) return [post('/act', { observation })];
  return [post('/episodes', {}), post('/episodes/ID/act', { observation })];
}

/** The file of a policy, by its own path or by its run. */
function locatePolicy(path: string): string {
  if (isPolicyFile(path)) return path;
  const folder = findRun(path, 'a policy.onnx, or the folder of a run that has one');
  if (existsSync(folder.policy)) return folder.policy;
  readPolicyManifest(folder.manifest); // what judges or writes texts never has one
  throw new LamoError({
    where: 'cli/serve',
    code: 'file-not-found',
    problem: `${path} has no policy.onnx`,
    expected: 'a run that was trained to its end',
    hint: `To train it to its end: lamo train --resume ${path}.`,
  });
}

/** Whoever lets others in says so. */
function checkHost({ host, allowNetwork = false }: ServeFlags): void {
  if (isLoopback(host) || allowNetwork) return;
  throw new LamoError({
    where: 'cli/serve',
    code: 'network',
    problem: `Others could reach the policy at ${host}, and use it without logging in`,
    expected: 'an address of this machine alone, such as 127.0.0.1; or --allow-network',
    received: host,
    hint: 'Put a proxy with TLS and a login before it, or say --allow-network where everybody who reaches it may ask.',
  });
}
