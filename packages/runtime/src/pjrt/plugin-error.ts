import { LamoError } from '@lamo/core';

/** Memory of a device, in bytes. */
export interface PjrtMemory {
  /** What is in use. */
  readonly used: number;
  /** The most that was in use at a time, if the plug-in counts that. */
  readonly peak: number | undefined;
  /** The most that may be used, if there is a limit. */
  readonly limit: number | undefined;
}

/** An error as a plug-in reports it. */
export interface PluginFailure {
  /** What was being done: `compile the program`. */
  readonly doing: string;
  /** Number of the kind of error. */
  readonly code: number;
  readonly message: string;
  /** Memory of the device at that moment, if the plug-in tells. */
  readonly memory: PjrtMemory | undefined;
}

/** Turns an error of a plug-in into ours: `device-memory`, `plugin-unsupported`, or for all others `plugin-failed`. */
export function pluginError({ doing, code, message, memory }: PluginFailure): LamoError {
  const name = NAMES[code] ?? `code ${code}`;
  const received = `${name}: ${message.trim().replace(/\.$/, '') || 'no message'}`;
  if (code === OUT_OF_MEMORY) {
    return new LamoError({
      where: 'runtime/pjrt',
      code: 'device-memory',
      problem: `The device has too little memory to ${doing}`,
      ...(memory === undefined ? {} : { expected: describeFree(memory) }),
      received,
      hint: 'Lower `batchSize`, `contextLength` or the size of the network, or end other programs that use the device.',
    });
  }
  return new LamoError({
    where: 'runtime/pjrt',
    code: name === 'UNIMPLEMENTED' ? 'plugin-unsupported' : 'plugin-failed',
    problem: `The plug-in could not ${doing}`,
    received,
  });
}

function describeFree({ used, limit }: PjrtMemory): string {
  if (limit === undefined) return `less than that, beside ${megabytes(used)} in use`;
  return `at most ${megabytes(limit - used)}, which is what is free of ${megabytes(limit)}`;
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}

/** Kinds of errors by number, those of Abseil's `absl::StatusCode`. */
const NAMES = [
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
];

/** Number of `RESOURCE_EXHAUSTED`. */
export const OUT_OF_MEMORY = NAMES.indexOf('RESOURCE_EXHAUSTED');
