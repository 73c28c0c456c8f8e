import { basename } from 'node:path';
import { LamoError } from '@lamo/core';
import type { PjrtClient } from '../pjrt/client';
import { openPjrt } from '../pjrt/open-pjrt';
import type { Precision } from '../stablehlo/emitter';
import type { OnWarning } from './compiled-cache';
import type { Device, DevicePrecision } from './device';
import { type DeviceFacts, processorFacts } from './device-facts';
import { compileXlaLoop } from './xla-loop';
import { compileXla } from './xla-program';

/** How an XLA device runs its programs. */
export interface XlaOptions {
  /** What was asked for: `xla:cuda`. */
  readonly name: string;
  /** The library of a PJRT plug-in. */
  readonly plugin: string;
  /** What the plug-in has to compute on. @default whatever it is for */
  readonly platform?: 'cuda' | 'cpu' | undefined;
  /** How products of float matrices are computed. @default 'float32' */
  readonly precision?: DevicePrecision;
  /** Part of a GPU's memory that may be taken. @default as much as there is, as it is needed */
  readonly memoryFraction?: number;
  /** Told, once, if what is compiled cannot be kept. @default nobody */
  readonly onWarning?: OnWarning;
}

/**
 * Opens the device that compiles programs with XLA, through a PJRT plug-in.
 *
 * @throws LamoError as {@link openPjrt} does; `device-unavailable` if the plug-in is for another platform
 */
export async function openXla(options: XlaOptions): Promise<Device> {
  const { name, plugin, platform, precision = 'float32', memoryFraction } = options;
  // What fails is thrown. XLA's own log is of no use beside that, and long; whoever wants it sets this variable.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '3';
  const isForGpu = /cuda|rocm|gpu/i.test(basename(plugin));
  const client = await openPjrt(plugin, {
    // GPUs' plug-ins would take three quarters of the card at once.
    ...(isForGpu ? { preallocate: false } : {}),
    ...(memoryFraction === undefined ? {} : { memoryFraction }),
  });
  if (platform !== undefined && !PLATFORMS[platform].includes(client.platform))
    throw otherPlatform(name, client);
  const fast = client.platform === 'cpu' ? 'float32' : 'tf32';
  return xlaDevice(client, name, precision === 'fast' ? fast : precision, once(options.onWarning));
}

/** How plug-ins name what they compute on; older ones for NVIDIA GPUs say only that it is a GPU. */
const PLATFORMS: Readonly<Record<'cuda' | 'cpu', readonly string[]>> = {
  cuda: ['cuda', 'gpu'],
  cpu: ['cpu'],
};

/** Every program that is compiled would say the same. */
function once(onWarning: OnWarning | undefined): OnWarning {
  let isSaid = false;
  return (warning) => {
    if (!isSaid) onWarning?.(warning);
    isSaid = true;
  };
}

function xlaDevice(client: PjrtClient, name: string, precision: Precision, onWarning: OnWarning): Device {
  const { platform, interfaceVersion, devices } = client;
  return {
    name,
    description: `XLA, ${platform} (${devices[0]!.kind}), PJRT ${interfaceVersion}, ${precision}`,
    isCompiled: true,
    precision,
    get exact() {
      return precision === 'float32' ? this : xlaDevice(client, name, 'float32', onWarning);
    },
    facts: () => xlaFacts(client),
    compile: (program) => compileXla(client, program, precision, onWarning),
    freeMemory: () => (platform === 'cpu' ? undefined : xlaFacts(client).memory?.free),
    compileLoop: (program, cycle, length, copies) =>
      compileXlaLoop(client, { program, cycle, length, precision, onWarning, copies }),
  };
}

function xlaFacts({ platform, interfaceVersion, devices }: PjrtClient): DeviceFacts {
  const known = { engine: 'XLA', version: `PJRT ${interfaceVersion}` };
  if (platform === 'cpu') return { ...known, ...processorFacts() };
  const { kind } = devices[0]!;
  const { used, limit, peak } = devices[0]!.memory() ?? {};
  return {
    ...known,
    hardware: devices.length > 1 ? `${devices.length} × ${kind}` : kind,
    ...(used === undefined || limit === undefined
      ? {}
      : { memory: { total: limit, free: limit - used, ...(peak === undefined ? {} : { peak }) } }),
  };
}

function otherPlatform(name: string, { path, platform }: PjrtClient): LamoError {
  return new LamoError({
    where: 'devices/xla',
    code: 'device-unavailable',
    problem: `The device ${name} needs another plug-in`,
    expected: name,
    received: `${path}, which is for ${platform}`,
    hint: `Check LAMO_PJRT_PLUGIN, or use --device xla.`,
  });
}
