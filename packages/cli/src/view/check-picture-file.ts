import { checkWritable } from '@lamo/core';
import { checkSameKind } from '../check-same-kind';

/** How files of each kind begin. */
const BEGINNINGS = { gif: 'GIF8', png: '\x89PNG' } as const;

/**
 * Checks, before anything is drawn, that a picture can be written: it may replace an earlier one of its kind.
 *
 * @throws LamoError `not-a-file`, `not-writable`, `disk-full`, `not-a-gif`, `not-a-png`
 */
export function checkPictureFile(path: string, kind: keyof typeof BEGINNINGS): void {
  checkWritable(path);
  const name = kind.toUpperCase();
  checkSameKind(path, { where: 'cli/view', name, beginning: BEGINNINGS[kind], option: `--${kind}` });
}
