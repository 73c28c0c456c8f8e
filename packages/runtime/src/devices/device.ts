import type { Executable, Program } from '../compile/program';

/** Where programs run. */
export interface Device {
  /** What was asked for: `cpu`, `webgpu`, `tfjs-cpu` … */
  readonly name: string;
  /** For humans and manifests: library, version, threads. */
  readonly description: string;
  /** Makes a program ready to run. */
  compile<Variant extends string>(program: Program<Variant>): Promise<Executable<Variant>>;
}
