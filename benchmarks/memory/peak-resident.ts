import { readFileSync } from 'node:fs';

/**
 * Returns the largest resident set that this process has had so far, in MiB. On Linux from /proc: there, the operating
 * system's usage count of a process starts at the peak of its parent.
 */
export function peakResidentMb(): number {
  return process.platform === 'linux' ? statusMb('VmHWM') : process.resourceUsage().maxRSS / 1024;
}

/** Reads what Linux says of a process's memory, in MiB. @param name `VmHWM`, `RssAnon` @throws if it has ended, or on another system */
export function statusMb(name: string, pid: number | 'self' = 'self'): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)![1]) / 1024;
}
