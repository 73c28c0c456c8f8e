import type { Device } from '@lamo/runtime';
import { tell } from '../terminal/output';
import { printWarning } from '../terminal/print-warning';
import type { Job } from './start-job';

/**
 * Opens the device on which several jobs can train at once, in one program: one that takes steps in loops, and is where all of them
 * are to train, equally exactly. Undefined if there is none.
 *
 * @throws LamoError as `openDevice`
 */
export async function openShared(jobs: readonly Job[]): Promise<Device | undefined> {
  const [first, ...others] = jobs;
  if (first === undefined || others.length === 0 || first.device === 'cpu') return undefined;
  if (others.some(({ device }) => device !== first.device)) return undefined;
  const open = (job: Job) => job.open({ onWarning: ({ message }) => printWarning(message) });
  const device = await open(first);
  if (device.compileLoop === undefined) return undefined;
  for (const other of others) {
    // No second device, but the same at another precision.
    const { precision } = await open(other);
    if (precision === device.precision) continue;
    tell(
      `${first.label} trains at ${device.precision}, ${other.label} at ${precision}: they train one after the other.`,
    );
    return undefined;
  }
  return device;
}
