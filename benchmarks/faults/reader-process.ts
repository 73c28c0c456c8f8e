/** Reads what each message names, and answers how that went. A process of its own: a file may crash it, or never end. */
import { LamoError } from '@lamo/core';
import { Accepted, readers } from './readers';

/** What a reader is asked. */
export interface Question {
  readonly reader: string;
  readonly folder: string;
}

/** How reading went. */
export interface Answer {
  readonly verdict: 'accepted' | 'refused' | 'untyped error' | 'wrongly accepted' | 'prototype changed';
  /** The error, where there was one. */
  readonly detail: string;
}

const untouched = Object.getOwnPropertyNames(Object.prototype).length;

process.on('message', async (question: Question) => {
  let answer: Answer;
  try {
    await readers[question.reader]!(question.folder);
    answer = { verdict: 'accepted', detail: '' };
  } catch (error) {
    answer = judge(error);
  }
  // What hundreds of files left uncollected is not the memory of the next one; what cannot be collected stays, and is counted.
  globalThis.gc?.();
  if (Object.getOwnPropertyNames(Object.prototype).length !== untouched) {
    process.send!({ verdict: 'prototype changed', detail: '' } satisfies Answer);
    process.exit(1);
  }
  process.send!(answer);
});

// An error that nobody awaits is an error all the same.
process.on('unhandledRejection', (error) => process.send!(judge(error)));
process.on('uncaughtException', (error) => process.send!(judge(error)));

process.on('disconnect', () => process.exit(1));
process.send!('ready');

function judge(error: unknown): Answer {
  if (error instanceof Accepted) return { verdict: 'wrongly accepted', detail: error.message };
  if (LamoError.isInstance(error)) return { verdict: 'refused', detail: (error as Error).message };
  return { verdict: 'untyped error', detail: String((error as Error)?.stack ?? error) };
}
