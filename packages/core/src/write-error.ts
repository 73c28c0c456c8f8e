import { LamoError } from './errors';

/** Turns a file system error into one that says what to do. */
export function writeError(path: string, cause: unknown): LamoError {
  const code = (cause as NodeJS.ErrnoException | undefined)?.code ?? '';
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new LamoError({
      where: 'core/files',
      code: 'disk-full',
      problem: `The disk is full: ${path} was not written`,
      hint: 'Free some space or choose another folder. What was there before is untouched.',
      cause,
    });
  }
  if (['EACCES', 'EPERM', 'EROFS', 'ENOENT', 'ENOTDIR', 'EISDIR'].includes(code)) {
    return new LamoError({
      where: 'core/files',
      code: 'not-writable',
      problem: `${path} cannot be written`,
      expected: 'a file in a folder that exists and that you may write to',
      received: REASONS[code] ?? code,
      hint: 'Create the folder, or choose another path.',
      cause,
    });
  }
  return new LamoError({
    where: 'core/files',
    code: 'write-failed',
    problem: `${path} could not be written`,
    received: cause instanceof Error ? cause.message : String(cause),
    cause,
  });
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'no permission',
  EPERM: 'no permission',
  EROFS: 'a read-only file system',
  ENOENT: 'a folder that does not exist',
  ENOTDIR: 'a folder that is a file',
  EISDIR: 'a folder',
};
