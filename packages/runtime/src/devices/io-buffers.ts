import type { ColumnArray } from '@lamo/core';
import { outputOf } from '../compile/ports';
import type { InputArray, LoopProgram, Program } from '../compile/program';
import type { Graph } from '../trace/graph';
import { sizeOf } from '../tree';

/**
 * Makes the arrays to fill before a run.
 *
 * @param steps how many steps' numbers each array holds, one after another
 * @returns [steps, …] by name
 */
export function inputBuffers(program: Program): Record<string, ColumnArray>;
export function inputBuffers(program: LoopProgram, steps: number): Record<string, InputArray>;
export function inputBuffers(
  { inputs, bytes, integers }: LoopProgram,
  steps: number = 1,
): Record<string, InputArray> {
  const buffers: Record<string, InputArray> = {};
  for (const [name, shape] of Object.entries(inputs)) {
    const kind = bytes?.includes(name) ? Uint8Array : integers?.includes(name) ? Int32Array : Float32Array;
    buffers[name] = new kind(steps * sizeOf(shape));
  }
  return buffers;
}

/** Makes the arrays that a step's outputs are read into, by name. */
export function outputBuffers(graph: Graph): Record<string, Float32Array> {
  const buffers: Record<string, Float32Array> = {};
  for (const [port, { shape }] of graph.outputs) {
    const name = outputOf(port);
    if (name !== undefined) buffers[name] = new Float32Array(sizeOf(shape));
  }
  return buffers;
}
