import { LamoError } from '@lamo/core';

/** What a run was started with, by its hash, and what is there now. */
interface Fingerprints {
  /** Code of the error. */
  readonly code: string;
  /** What was hashed, as the subject of a sentence. */
  readonly subject: string;
  readonly expected: string;
  readonly received: string;
}

/** Checks that a run learns on from the files that it was started with. @throws LamoError with the code */
export function checkFingerprint({ code, subject, expected, received }: Fingerprints): void {
  if (received === expected) return;
  throw new LamoError({
    where: 'cli/run',
    code,
    problem: `${subject} not what the run was started with`,
    expected: `the hash ${expected.slice(0, 12)}…`,
    received: `${received.slice(0, 12)}…`,
    hint: 'Put the original files back, or start anew with another --out.',
  });
}
