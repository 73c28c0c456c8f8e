import { type Device, type LoopExecutable, type LoopProgram, openDevice } from '@lamo/runtime';
import { outputOf } from '../../packages/runtime/src/compile/ports';
import { traceProgram } from '../../packages/runtime/src/compile/trace-program';
import { inputBuffers } from '../../packages/runtime/src/devices/io-buffers';

/** A loop as a device gets it, and what it is fed with. */
export interface RecordedLoop {
  readonly program: LoopProgram;
  readonly cycle: readonly string[];
  readonly inputs: LoopExecutable['inputs'];
}

/**
 * A device that is fed with loops' inputs and computes nothing: metrics are 0, and the time that is left is that of whoever feeds it.
 *
 * @param length steps that a loop takes at most
 * @param onLoop called with each loop that it is given
 */
export async function idleDevice(length: number, onLoop?: (loop: RecordedLoop) => void): Promise<Device> {
  const cpu = await openDevice('cpu');
  return {
    ...{ name: 'idle', description: 'computes nothing', isCompiled: true, facts: () => cpu.facts() },
    compile: (program) => cpu.compile(program),
    async compileLoop(program, cycle) {
      const inputs = inputBuffers(program, length);
      onLoop?.({ program, cycle, inputs });
      const outputsOf = Object.fromEntries(
        Object.entries(traceProgram(program)).map(([name, { graph }]) => [
          name,
          [...graph.outputs.keys()].flatMap((port) => outputOf(port) ?? []),
        ]),
      );
      const names = Object.values(outputsOf).flat();
      return {
        ...{ length, inputs, outputsOf },
        outputs: Object.fromEntries(names.map((name) => [name, new Float32Array(length)])),
        run: async () => {},
        readState: async () => program.state,
        writeState: async () => {},
        dispose: async () => {},
      };
    },
  };
}
