import { LamoError } from '@lamo/core';
import type { PjrtPlugin } from './plugin';
import type { PjrtMemory } from './plugin-error';

/** A device that a client can use. */
export interface PjrtDevice {
  readonly id: number;
  /** What it is: `NVIDIA H200`, `cpu`. */
  readonly kind: string;
  /** How the plug-in names it: `CudaDevice(id=0)`. */
  readonly description: string;
  /** Address of the plug-in's device. */
  readonly address: bigint;
  /** Reads how much of its memory is used; undefined if the plug-in does not tell. */
  memory(): PjrtMemory | undefined;
}

/** Describes the devices of a client. @throws LamoError `device-unavailable` if there is none */
export function listDevices(plugin: PjrtPlugin, client: bigint): PjrtDevice[] {
  const answer = plugin.call('Client_AddressableDevices', { client }, DOING);
  const addresses = plugin.copy(answer.read('addressableDevices'), 8 * answer.read('numAddressableDevices'));
  if (addresses.byteLength === 0) {
    throw new LamoError({
      where: 'runtime/pjrt',
      code: 'device-unavailable',
      problem: `${plugin.path} runs, but has no device to use`,
      hint: 'Check the driver, and which devices are visible to this process.',
    });
  }
  return Array.from(new BigUint64Array(addresses), (device) => describeDevice(plugin, device));
}

function describeDevice(plugin: PjrtPlugin, device: bigint): PjrtDevice {
  const deviceDescription = plugin.call('Device_GetDescription', { device }, DOING).read('deviceDescription');
  const kind = plugin.call('DeviceDescription_Kind', { deviceDescription }, DOING);
  const name = plugin.call('DeviceDescription_ToString', { deviceDescription }, DOING);
  return {
    id: plugin.call('DeviceDescription_Id', { deviceDescription }, DOING).read('id'),
    kind: plugin.text(kind.read('deviceKind'), kind.read('deviceKindSize')),
    description: plugin.text(name.read('string'), name.read('stringSize')),
    address: device,
    memory: () => readMemory(plugin, device),
  };
}

function readMemory(plugin: PjrtPlugin, device: bigint): PjrtMemory | undefined {
  try {
    const stats = plugin.call('Device_MemoryStats', { device }, 'read how much memory is used');
    return {
      used: stats.read('bytesInUse'),
      peak: stats.read('peakBytesInUseIsSet') ? stats.read('peakBytesInUse') : undefined,
      limit: stats.read('bytesLimitIsSet') ? stats.read('bytesLimit') : undefined,
    };
  } catch (error) {
    if (LamoError.isInstance(error) && error.code === 'plugin-unsupported') return undefined;
    throw error;
  }
}

const DOING = 'list its devices';
