import type { Executable, LoopExecutable, Program } from '../compile/program';

/** Where programs run. */
export interface Device {
  /** What was asked for: `cpu`, `webgpu`, `tfjs-cpu` … */
  readonly name: string;
  /** For humans and manifests: library, version, threads. */
  readonly description: string;
  /** True if programs run as static graphs, false if their functions are called for every step. */
  readonly isCompiled: boolean;
  /** Makes a program ready to run. */
  compile<Variant extends string>(program: Program<Variant>): Promise<Executable<Variant>>;
  /**
   * Makes a program ready to run in a loop on the device. @default steps are taken one by one
   *
   * @param cycle the variant of each step; after the last one comes the first again
   * @param length the most steps of one run
   */
  compileLoop?(program: Program, cycle: readonly string[], length: number): Promise<LoopExecutable>;
}
