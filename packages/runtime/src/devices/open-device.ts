import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { type DatasetWarning, LamoError } from '@lamo/core';
import * as tf from '@tensorflow/tfjs-core';
import type { Device, DevicePrecision } from './device';
import { eagerDevice } from './eager';
import { findPlugin } from './find-plugin';
import { openOnnxRuntime } from './onnxruntime';
import { openXla } from './xla';

/** Devices by name, with what each is; {@link openDevice} opens one. */
export const deviceNames = {
  cpu: 'compiled, onnxruntime on the processor (the default)',
  cuda: 'compiled, onnxruntime on an NVIDIA GPU',
  xla: 'compiled, XLA through a PJRT plug-in: that of a GPU, else of the processor',
  'xla:cuda': 'compiled, XLA on an NVIDIA GPU',
  'xla:cpu': 'compiled, XLA on the processor',
  webgpu: 'compiled, onnxruntime on any GPU through WebGPU',
  coreml: 'compiled, onnxruntime on Apple hardware',
  dml: 'compiled, onnxruntime on a GPU under Windows',
  'tfjs-node': 'eager, native TensorFlow on the processor (optional peer @tensorflow/tfjs-node)',
  'tfjs-node-gpu': 'eager, native TensorFlow on an NVIDIA GPU (optional peer @tensorflow/tfjs-node-gpu)',
  'tfjs-cpu': 'eager, plain JavaScript: slow, for comparison',
} as const;

/** Name of a device; `xla:` may be followed by the path of a plug-in's library. */
export type DeviceName = keyof typeof deviceNames | `xla:${string}`;

/** Settings of {@link openDevice}. */
export interface DeviceOptions {
  /**
   * Threads inside one operation, on `cpu`. Results do not depend on it.
   * @default one or all cores (at most 4), whichever has been faster lately
   */
  readonly threads?: number;
  /** Library of a PJRT plug-in, for `xla`. @default the variable LAMO_PJRT_PLUGIN, beside a Python's JAX, in the cache */
  readonly plugin?: string;
  /** For devices with a choice, `xla`; the others refuse anything but `fast`. @default 'float32' */
  readonly precision?: DevicePrecision;
  /** Part of a GPU's memory that may be taken, on `xla`. @default as much as there is, as it is needed */
  readonly memoryFraction?: number;
  /** Told, once, if `xla` cannot keep what it compiles for the next start. @default nobody */
  readonly onWarning?: (warning: DatasetWarning) => void;
}

/**
 * Opens a device. A device that is missing is an error that says how to get it, never a silent fallback.
 *
 * @throws LamoError `unknown-device`, `device-unavailable`, `no-precision`; for `xla` also `plugin-missing`, `plugin-unusable`,
 *   `plugin-version`, `plugin-failed`, `library-unavailable`
 * @example
 * const device = await openDevice('cpu');
 */
export async function openDevice(name: DeviceName = 'cpu', options: DeviceOptions = {}): Promise<Device> {
  if (name === 'xla' || name.startsWith('xla:')) return openXlaByName(name, options);
  checkNoPrecision(name, options.precision);
  switch (name) {
    case 'cpu':
    case 'cuda':
    case 'webgpu':
    case 'coreml':
    case 'dml':
      return openProvider(name, options);
    case 'tfjs-node':
    case 'tfjs-node-gpu':
      return openNativeTensorFlow(name);
    case 'tfjs-cpu':
      // The backend's banner recommends native TensorFlow; whoever asks for this device knows.
      tf.env().set('PROD', true);
      await import('@tensorflow/tfjs-backend-cpu');
      return eagerDevice(name, 'cpu', { engine: 'tfjs', version: tf.version_core, note: 'plain JavaScript' });
    default:
      throw unknownDevice(name);
  }
}

function unknownDevice(name: string): LamoError {
  return new LamoError({
    where: 'runtime/devices',
    code: 'unknown-device',
    problem: `There is no device '${name}'`,
    expected: `${Object.keys(deviceNames).join(', ')}, or xla:PATH with the path of a plug-in`,
    received: name,
  });
}

/** `xla`, `xla:cpu`, `xla:cuda` or `xla:PATH`. */
function openXlaByName(name: string, { plugin, ...options }: DeviceOptions): Promise<Device> {
  const rest = name.slice('xla:'.length);
  if (name !== 'xla' && rest === '') throw unknownDevice(name);
  const platform = rest === 'cpu' || rest === 'cuda' ? rest : undefined;
  const path = rest !== '' && platform === undefined ? resolve(rest) : undefined;
  const file = path ?? plugin ?? findPlugin(platform).path;
  return openXla({ ...options, name: path === undefined ? name : `xla:${path}`, plugin: file, platform });
}

function checkNoPrecision(name: string, precision: DevicePrecision = 'fast'): void {
  if (precision === 'fast') return;
  throw new LamoError({
    where: 'runtime/devices',
    code: 'no-precision',
    problem: `The device ${name} has no choice of \`precision\``,
    expected: 'no `precision`, or one of the devices xla, xla:cuda, xla:cpu',
    received: precision,
  });
}

async function openProvider(provider: string, options: DeviceOptions): Promise<Device> {
  try {
    return await openOnnxRuntime({
      provider,
      threads: options.threads ?? threadChoices(provider),
    });
  } catch (cause) {
    if (cause instanceof LamoError) throw cause;
    throw new LamoError({
      where: `devices/${provider}`,
      code: 'device-unavailable',
      problem: `onnxruntime cannot use ${provider} on this machine`,
      received: (cause as Error).message.split('\n')[0]!,
      hint: HOW_TO_GET[provider] ?? 'Use --device cpu.',
      cause,
    });
  }
}

/** On a busy machine, small operations are faster on one thread than waiting for a second. */
function threadChoices(provider: string): number[] {
  return provider === 'cpu' ? [...new Set([Math.min(availableParallelism(), 4), 1])] : [1];
}

const HOW_TO_GET: Readonly<Record<string, string>> = {
  cuda: "Its CUDA libraries come with onnxruntime-node's install script on Linux x64: allow it ('pnpm approve-builds'), or use --device cpu.",
  webgpu:
    'It is part of onnxruntime-node, and needs a GPU with a driver for Vulkan, Metal or Direct3D 12; otherwise use --device cpu.',
  coreml: 'It exists only on macOS; use --device cpu elsewhere.',
  dml: 'It exists only on Windows; use --device cpu elsewhere.',
};

async function openNativeTensorFlow(name: 'tfjs-node' | 'tfjs-node-gpu'): Promise<Device> {
  const library = `@tensorflow/${name}`;
  try {
    await import(library);
  } catch (cause) {
    throw new LamoError({
      where: `devices/${name}`,
      code: 'device-unavailable',
      problem: `${library} is not installed, or its native library cannot be loaded`,
      hint: `It is an optional peer: 'pnpm add ${library}' downloads TensorFlow (Node below 23). The device cpu needs nothing else.`,
      cause,
    });
  }
  return eagerDevice(name, 'tensorflow', { engine: library, version: tf.version_core });
}
