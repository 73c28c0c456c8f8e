import type { Setup } from './setup';

/** Something whose steps can be timed again and again. */
export interface Contender {
  /** Who it is: `lamo cpu, 2 threads`, `PyTorch 2.6, 1 thread`. */
  readonly name: string;
  /** Takes steps and returns the mean milliseconds of one. */
  measure(steps: number): Promise<number>;
  /** The most memory of a GPU that it took so far, in MiB, where it can tell. */
  peakMegabytes?(): number | undefined;
  close(): Promise<void>;
}

/** Ours and the peers that do the same work, or the reason why a peer is absent. */
export interface Contest {
  /** What is timed: `td3-bc step, batch 256, hidden 256, Hopper sizes`. */
  readonly name: string;
  /** Steps in one round of one contender; slow peers take fewer. */
  readonly steps: number;
  open(setup: Setup): Promise<{ ours: Contender; peers: Contender[]; absent: string[] }>;
}
