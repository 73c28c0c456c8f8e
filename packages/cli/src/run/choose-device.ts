import { type DatasetWarning, LamoError } from '@lamo/core';
import { type Device, type DeviceName, openDevice, type Precision } from '@lamo/runtime';
import type { RunManifest } from './manifest';
import type { RunObserver } from './open-run';

/** Where a run computes. */
export interface ChosenDevice {
  readonly name: DeviceName;
  /** Threads of the device `cpu`. @default whichever is faster */
  readonly threads?: number | undefined;
  /** How products are computed in training, on devices with a choice. @default the device's fast one */
  readonly precision?: Precision | undefined;
  /** The device itself, where it is open already: a place on one that several runs share. @default opened by its name */
  readonly opened?: Device | undefined;
}

/** What may be chosen anew when a run is continued. */
export type OtherDevice = { readonly [Choice in keyof ChosenDevice]?: ChosenDevice[Choice] | undefined };

/** An open device, and what a manifest says of it. */
export interface OpenedDevice {
  readonly device: Device;
  readonly record: RunManifest['device'];
}

/** Opens the device of a new run. @throws LamoError as `openDevice` */
export async function openChosen(chosen: ChosenDevice, observer: RunObserver): Promise<OpenedDevice> {
  const { name, threads, precision = 'fast', opened } = chosen;
  const open = () =>
    openDevice(name, {
      precision,
      ...(threads === undefined ? {} : { threads }),
      onWarning: (warning) => observer.onWarning?.(warning),
    });
  const device = opened ?? (await open());
  return { device, record: describe(device, threads) };
}

/** Where a run was computed last. */
export function lastDevice({ device, sessions }: RunManifest): RunManifest['device'] {
  return sessions.findLast((session) => session.device !== undefined)?.device ?? device;
}

/**
 * Opens the device that a run was computed on last, with what is chosen anew. Another device computes in full unless
 * something else is asked for.
 *
 * @param path folder of the run, for errors
 * @throws LamoError as `openDevice`, for the device of the run with what to do
 */
export async function reopenDevice(
  path: string,
  manifest: RunManifest,
  chosen: OtherDevice,
  observer: RunObserver,
): Promise<OpenedDevice> {
  const last = lastDevice(manifest);
  const name = chosen.name ?? (last.name as DeviceName);
  const kept = name === last.name ? last : undefined;
  const threads = chosen.threads ?? kept?.threads ?? undefined;
  const precision = chosen.precision ?? kept?.precision;
  const options = {
    ...(threads === undefined ? {} : { threads }),
    ...(precision === undefined ? {} : { precision }),
    onWarning: (warning: DatasetWarning) => observer.onWarning?.(warning),
  };
  const open = () =>
    openDevice(name, options).catch((error: unknown) => {
      throw chosen.name === undefined ? explainDevice(path, last, error) : error;
    });
  const device = chosen.opened ?? (await open());
  return { device, record: describe(device, threads) };
}

/** Warns of a run that goes on elsewhere than before; none if it does not. */
export function warnOfMove(manifest: RunManifest, { description }: RunManifest['device']): DatasetWarning[] {
  const last = lastDevice(manifest);
  if (description === last.description) return [];
  const message = `This run continues on ${description}, until now it was on ${last.description}: what comes out is equal but for rounding`;
  return [{ code: 'other-device', message }];
}

function describe({ name, precision, description }: Device, threads: number | undefined) {
  const computed = { name, threads: threads ?? null, description };
  return precision === undefined ? computed : { ...computed, precision };
}

/** The device of a run may be on another machine, or its plug-in gone. */
function explainDevice(path: string, { name, description }: RunManifest['device'], cause: unknown): unknown {
  if (!LamoError.isInstance(cause) || name === FALLBACK) return cause;
  return new LamoError({
    where: 'cli/run',
    code: cause.code,
    problem: `The run ${path} was trained on ${name} (${description}), which cannot be opened here: ${cause.problem}`,
    ...(cause.expected === undefined ? {} : { expected: cause.expected }),
    ...(cause.received === undefined ? {} : { received: cause.received }),
    hint: [
      `Add --device ${FALLBACK} to continue it on the processor: what comes out is equal but for rounding.`,
      ...(cause.hint === undefined ? [] : [`To use ${name} again: ${cause.hint}`]),
    ].join(' '),
    cause,
  });
}

/** The device that every machine has. */
const FALLBACK: DeviceName = 'cpu';
