import { checkFraction, checkNumber } from '@lamo/core';
import type { CStruct } from './c-struct';
import { type StructFields, structs } from './interface';
import type { PjrtPlugin } from './plugin';

/** Options of a plug-in for GPUs. Others may refuse them: what is left out is not sent. */
export interface PjrtClientOptions {
  /** Whether to take memory at once, not as it is needed. GPUs' default is to take three quarters of the card. */
  readonly preallocate?: boolean;
  /** Part of the device's memory that may be taken, above 0 and at most 1. */
  readonly memoryFraction?: number;
  /** Numbers of the devices to use, of those that the driver lists. */
  readonly visibleDevices?: readonly number[];
}

type NamedValue = CStruct<StructFields<'NamedValue'>>;

/** Kinds of values by their numbers in `PJRT_NamedValue_Type`. */
const KINDS = { integers: 2, float: 3, bool: 4 } as const;

/** Writes the options that were given as PJRT's named values. @throws LamoError `out-of-range` */
export function writeClientOptions(plugin: PjrtPlugin, options: PjrtClientOptions): NamedValue[] {
  const { preallocate, memoryFraction, visibleDevices } = options;
  const values: [string, Parameters<NamedValue['write']>[0]][] = [];
  if (preallocate !== undefined) {
    values.push(['preallocate', { type: KINDS.bool, value: preallocate ? 1n : 0n, valueSize: 1 }]);
  }
  if (memoryFraction !== undefined) {
    checkFraction('runtime/pjrt', 'memoryFraction', memoryFraction);
    values.push(['memory_fraction', { type: KINDS.float, value: floatBits(memoryFraction), valueSize: 1 }]);
  }
  if (visibleDevices !== undefined) {
    for (const device of visibleDevices) {
      checkNumber(
        'runtime/pjrt',
        'visibleDevices',
        device,
        'whole numbers from 0',
        (n) => n >= 0 && Number.isInteger(n),
      );
    }
    const value = BigInt64Array.from(visibleDevices, BigInt);
    values.push(['visible_devices', { type: KINDS.integers, value, valueSize: value.length }]);
  }
  const structures = plugin.structArray(structs.NamedValue, values.length);
  for (const [i, [name, value]] of values.entries()) {
    const bytes = new TextEncoder().encode(name);
    structures[i]!.write({ ...value, name: bytes, nameSize: bytes.length });
  }
  return structures;
}

/** The bytes of a float32, as the union of all kinds of values holds them. */
function floatBits(value: number): bigint {
  return BigInt(new Uint32Array(Float32Array.of(value).buffer)[0]!);
}
