import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { isRunning } from '@lamo/core';
import { z } from 'zod';

/** Which process it is, so that another one can tell whether it still runs. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly host: string;
  /** Where `pid` means this process and no other: the boot of the machine, and the container. Version 0.0 did not say. */
  readonly machine: string | null;
  /** When it started, as the system counts it: numbers of processes are used again. Null where the system does not say. */
  readonly started: string | null;
  /** The job of a scheduler that it belongs to, and how often that was started anew. */
  readonly job: { readonly id: string; readonly restarts: number } | null;
}

export const processIdentity: z.ZodType<ProcessIdentity> = z.looseObject({
  pid: z.int().positive(),
  host: z.string(),
  machine: z.string().nullable().default(null),
  started: z.string().nullable().default(null),
  job: z.looseObject({ id: z.string(), restarts: z.int() }).nullable().default(null),
});

/** Tells which process this is. */
export function ownIdentity(): ProcessIdentity {
  const { pid } = process;
  return {
    pid,
    host: hostname(),
    machine: machine(),
    started: lookUp(pid)?.started ?? null,
    job: slurmJob(),
  };
}

/**
 * Tells whether a process has ended; undefined if that cannot be known from here, because it runs on another machine or in
 * another container.
 */
export function hasEnded(other: ProcessIdentity): boolean | undefined {
  const { job } = other;
  const ownJob = slurmJob();
  // Slurm starts a job anew only after it has ended all of its processes, wherever they were.
  if (job !== null && ownJob?.id === job.id && job.restarts < ownJob.restarts) return true;
  if (!isHere(other)) return undefined;
  const found = lookUp(other.pid);
  if (found === undefined) return !isRunning(other.pid);
  return found.isZombie || (other.started !== null && found.started !== other.started);
}

/** Tells whether a process is, or was, of this machine and container. */
export function isHere({ machine: other, host }: ProcessIdentity): boolean {
  return other === null ? host === hostname() : other === machine();
}

/** Two machines may have one name, and a container may have its host's. */
function machine(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return hostname();
  }
}

/** Looks a process up where the system keeps a list of them as files, as Linux does. */
function lookUp(pid: number): { readonly started: string; readonly isZombie: boolean } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name, in parentheses, may contain anything; after it come the state and, 19 fields later, the start.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { started: fields[19]!, isZombie: fields[0] === 'Z' || fields[0] === 'X' };
  } catch {
    return undefined;
  }
}

function slurmJob(): ProcessIdentity['job'] {
  const { SLURM_JOB_ID: id, SLURM_CLUSTER_NAME: cluster, SLURM_RESTART_COUNT: restarts } = process.env;
  return id === undefined ? null : { id: `${cluster ?? ''}/${id}`, restarts: Number(restarts ?? 0) };
}
