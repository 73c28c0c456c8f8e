import { type Device, type DeviceName, openDevice } from '@lamo/runtime';

/** How products of float matrices are computed, by ours and by peers. */
export const precisions = ['float32', 'tf32', 'bf16'] as const;

/** Where everything is timed, and how exactly. */
export interface Setup {
  /** Our device, or `jaxlib` for our programs in JAX's own compiler; peers run on the same kind of hardware. */
  readonly device: DeviceName | 'jaxlib';
  readonly precision: (typeof precisions)[number];
}

/** Opens our device. Full precision is what devices have anyway: most have no choice, and refuse one. */
export async function openOurs({ device, precision }: Setup): Promise<Device> {
  if (device === 'jaxlib') throw new Error('--device jaxlib times training steps: choose one by --only');
  return openDevice(device, precision === 'float32' ? {} : { precision });
}

/** What a device computes on, as PyTorch names it; XLA's description says what its plug-in is for. */
export function hardwareOf({ name, description }: Device): 'cpu' | 'cuda' {
  const isProcessor = name.startsWith('xla') ? /^XLA, cpu\b/.test(description) : !/gpu|cuda/.test(name);
  return isProcessor ? 'cpu' : 'cuda';
}
