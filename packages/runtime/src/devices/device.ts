import type { Executable, LoopExecutable, LoopProgram, Program } from '../compile/program';
import type { Precision } from '../stablehlo/emitter';
import type { HostArray, Tree } from '../tree';
import type { DeviceFacts } from './device-facts';

/**
 * How products of float matrices are computed: in full, with the tensor cores of an NVIDIA GPU (3 digits), with half
 * the bits; or `fast`, which is `tf32` on a GPU, and in full everywhere else.
 */
export type DevicePrecision = Precision | 'fast';

/** Where programs run. */
export interface Device {
  /** What was asked for: `cpu`, `webgpu`, `xla:cuda`, `tfjs-cpu` … */
  readonly name: string;
  /** For humans and manifests: library, version, threads. */
  readonly description: string;
  /** True if programs run as static graphs, false if their functions are called for every step. */
  readonly isCompiled: boolean;
  /** How products of float matrices are computed, where there is a choice. */
  readonly precision?: Precision;
  /** The same device with products of full precision, to measure on what another precision has trained. @default itself */
  readonly exact?: Device;
  /** Looks at what it is made of now. */
  readonly facts: () => DeviceFacts;
  /** Makes a program ready to run. */
  compile<Variant extends string>(program: Program<Variant>): Promise<Executable<Variant>>;
  /** Bytes of its memory that are free; undefined where that is not known, as for a processor. */
  freeMemory?(): number | undefined;
  /**
   * Makes a program ready to run in a loop on the device. @default steps are taken one by one
   *
   * @param cycle the variant of each step; after the last one comes the first again
   * @param length the most steps of one run
   * @param copies states of copies of the program that take their steps at once, with inputs, outputs and noise of their own: all
   *   that is not frozen gets an axis of copies, which comes first in the state, and after that of the steps in inputs and outputs
   */
  compileLoop?(
    program: LoopProgram,
    cycle: readonly string[],
    length: number,
    copies?: readonly Tree<HostArray>[],
  ): Promise<LoopExecutable>;
}
