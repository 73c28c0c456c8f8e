import { Rng } from '@lamo/core';
import { type Device, type LoopExecutable, type LoopProgram, openDevice, type Program } from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import { stackProgram, stackTrees, treeOfStack } from '../packages/runtime/src/compile/stack-program';
import { inputBuffers } from '../packages/runtime/src/devices/io-buffers';

/**
 * A device that takes steps in loops without a plug-in: each copy's one by one, on `cpu`. Noise depends on the key and the step,
 * as it does with XLA, but is other noise.
 */
export async function loopDevice(): Promise<Device> {
  const cpu = await openDevice('cpu', { threads: 1 });
  return {
    ...{ name: 'loops', description: 'loops on cpu', isCompiled: true, facts: () => cpu.facts() },
    compile: (program) => cpu.compile(program),
    async compileLoop(program, cycle, length, copies): Promise<LoopExecutable> {
      const states = copies ?? [program.state];
      const single = withFloatInputs(program);
      const steps = await Promise.all(states.map((state) => cpu.compile({ ...single, state })));
      const inputs = inputBuffers(copies === undefined ? program : stackProgram(program, copies), length);
      const [first] = steps as [(typeof steps)[number]];
      const sizes = new Map(Object.values(first.outputs).flatMap(sizesOf));
      const outputs = Object.fromEntries(
        Array.from(sizes, ([name, size]) => [name, new Float32Array(length * states.length * size)]),
      );
      /** Where copy `copy` of step `i` lies in [length, copies, …]. */
      const placeOf = (i: number, copy: number, size: number): [number, number] => {
        const from = (i * states.length + copy) * size;
        return [from, from + size];
      };
      return {
        ...{ length, inputs, outputs },
        outputsOf: Object.fromEntries(
          Object.entries(first.outputs).map(([name, made]) => [name, Object.keys(made)]),
        ),
        async run(count, { taken, keys }) {
          for (let i = 0; i < count; i++) {
            for (const [copy, step] of steps.entries()) {
              for (const [name, own] of Object.entries(step.inputs)) {
                own.set(inputs[name]!.subarray(...placeOf(i, copy, own.length)));
              }
              const name = cycle[(taken + i) % cycle.length]!;
              await step.run(name, Rng.fromSeed(Number(keys[copy]! % 2n ** 50n)).split(`${taken + i}`));
              for (const [output, data] of Object.entries(step.outputs[name]!)) {
                outputs[output]!.set(data, placeOf(i, copy, data.length)[0]);
              }
            }
          }
        },
        async readState() {
          const read = await Promise.all(steps.map((step) => step.readState()));
          return copies === undefined ? read[0]! : stackTrees(read);
        },
        async writeState(state) {
          const own = (copy: number) => (copies === undefined ? state : treeOfStack(state, copy));
          await Promise.all(steps.map((step, copy) => step.writeState(own(copy))));
        },
        async dispose() {
          await Promise.all(steps.map((step) => step.dispose()));
        },
      };
    },
  };
}

const sizesOf = (outputs: Readonly<Record<string, Float32Array>>) =>
  Object.entries(outputs).map(([name, { length }]) => [name, length] as const);

/** The same steps for a device that is given whole numbers as floats. */
function withFloatInputs({ integers = [], variants, ...program }: LoopProgram): Program {
  const cast = (inputs: Readonly<Record<string, tf.Tensor>>) =>
    Object.fromEntries(
      Object.entries(inputs).map(([name, x]) => [name, integers.includes(name) ? tf.cast(x, 'int32') : x]),
    );
  return {
    ...program,
    variants: Object.fromEntries(
      Object.entries(variants).map(([name, take]) => [
        name,
        (state, inputs, noise, frozen) => take(state, cast(inputs), noise, frozen),
      ]),
    ),
  };
}
