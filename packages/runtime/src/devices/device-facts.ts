import { existsSync, readFileSync } from 'node:fs';
import { cpus, freemem, totalmem } from 'node:os';

/** What a device is made of, for lists. */
export interface DeviceFacts {
  /** What runs the programs: `onnxruntime`, `XLA`. */
  readonly engine: string;
  /** Version of the engine. */
  readonly version: string;
  /** What computes: `NVIDIA H200`; undefined if the engine does not tell. */
  readonly hardware?: string;
  /** Its memory, in bytes, and the most that this process took of it; undefined if the engine does not tell. */
  readonly memory?: { readonly total: number; readonly free: number; readonly peak?: number };
}

/** The processor, and the memory of the machine. */
export function processorFacts(): Pick<Required<DeviceFacts>, 'hardware' | 'memory'> {
  const cores = cpus();
  return {
    hardware: `${cores.length} × ${cores[0]?.model.trim() || 'unknown processor'}`,
    memory: { total: totalmem(), free: freemem() },
  };
}

/** What code for this processor may use: its model, and on Linux the instructions that it has, which a virtual machine may leave out. */
export function processorKind(): string {
  const model = cpus()[0]?.model ?? '';
  const list = '/proc/cpuinfo';
  if (!existsSync(list)) return model;
  const instructions = /^(?:flags|Features)\s*:.*$/m.exec(readFileSync(list, 'utf8'))?.[0] ?? '';
  return `${model} ${instructions}`;
}
