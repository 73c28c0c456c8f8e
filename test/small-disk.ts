import { execFileSync } from 'node:child_process';

/**
 * Mounts a file system with room for 512 kB, on which writing fails as on any full disk.
 *
 * @returns what unmounts it; undefined where that takes rights that are not there
 */
export function mountSmallDisk(folder: string): (() => void) | undefined {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'tmpfs', folder], { stdio: 'ignore' });
    return () => execFileSync('umount', [folder]);
  } catch {
    return undefined;
  }
}
