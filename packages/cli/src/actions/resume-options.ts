import type { DeviceName, Precision } from '@lamo/runtime';
import type { Command } from 'commander';
import type { ResumeOptions } from '../run/resume-run';

/** Flags of commands that continue runs which may differ from those at the start. */
export interface ResumeFlags {
  readonly steps?: number;
  readonly dataset?: string;
  readonly device?: DeviceName;
  readonly precision?: Precision;
  readonly threads?: number;
  readonly workers?: number;
  readonly python?: string;
}

/** Picks what a run that goes on has anew. A device that nobody named is that of the run, not the default of new ones. */
export function resumeOptions(command: Command, flags: ResumeFlags): ResumeOptions {
  const { steps, dataset, device, precision, threads, workers, python } = flags;
  const isNamed = command.getOptionValueSource('device') === 'cli';
  return { steps, dataset, precision, threads, workers, python, device: isNamed ? device : undefined };
}
