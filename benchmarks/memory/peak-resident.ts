import { readFileSync } from 'node:fs';

/**
 * Returns the largest resident set that this process has had so far, in MiB. On Linux from /proc: there, the operating
 * system's usage count of a process starts at the peak of its parent.
 */
export function peakResidentMb(): number {
  const kb = process.platform === 'linux' ? linuxPeakKb() : process.resourceUsage().maxRSS;
  return kb / 1024;
}

function linuxPeakKb(): number {
  const status = readFileSync('/proc/self/status', 'utf8');
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)![1]);
}
