import { isMainThread } from 'node:worker_threads';
import { LamoError } from '@lamo/core';

/** The variable that onnxruntime reads when its first session is created. A value that is already set is kept. */
const SWITCH = 'ORT_DISABLE_TELEMETRY';

/**
 * Imports onnxruntime with its telemetry switched off. By default it contacts a host of its vendor, stores a device id
 * in the user's cache folder and writes a log to the temporary folder. Do not import it anywhere else.
 *
 * @throws LamoError `telemetry-in-worker` in a worker thread whose environment does not set it: a worker's
 *   `process.env` is a copy that native code does not see
 */
export async function importOnnxRuntime(): Promise<typeof import('onnxruntime-node')> {
  if (process.env[SWITCH] === undefined) {
    if (!isMainThread) throw cannotSwitchOff();
    process.env[SWITCH] = '1';
  }
  return import('onnxruntime-node');
}

function cannotSwitchOff(): LamoError {
  return new LamoError({
    where: 'runtime/devices/onnxruntime',
    code: 'telemetry-in-worker',
    problem: 'A worker thread cannot switch off the telemetry of onnxruntime',
    expected: `${SWITCH} in the environment`,
    hint: `Set process.env.${SWITCH} = '1' in the main thread before you start the worker.`,
  });
}
