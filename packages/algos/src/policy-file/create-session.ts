import type { importOnnxRuntime } from '@lamo/runtime';

/** What loads and runs ONNX models. */
export type OnnxRuntime = Awaited<ReturnType<typeof importOnnxRuntime>>;

/** A model that is ready to be run. */
export type OnnxSession = Awaited<ReturnType<OnnxRuntime['InferenceSession']['create']>>;

/** An input or output of a session; a dimension that is open has a name. */
export interface SessionPort {
  readonly name: string;
  readonly type?: string;
  readonly shape?: readonly (number | string)[];
}

/**
 * Makes a model ready to be run.
 *
 * @param threads that compute one call
 * @param refuse makes the error for a file that is damaged, or not a model
 */
export function createSession(
  { InferenceSession }: OnnxRuntime,
  file: Uint8Array,
  threads: number,
  refuse: (cause: unknown) => Error,
): Promise<OnnxSession> {
  const options = { intraOpNumThreads: threads, interOpNumThreads: 1, logSeverityLevel: 4 as const };
  return InferenceSession.create(file, options).catch((cause: unknown) => {
    throw refuse(cause);
  });
}
