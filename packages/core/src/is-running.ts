/** Tells whether a process on this machine is running. Process ids are reused, so it may be another process than before. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Other users' processes exist, but may not be signalled.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
