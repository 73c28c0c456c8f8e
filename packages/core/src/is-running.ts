/** Tells whether a process of this machine is running, by its number, which another one may have had before. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Processes of others are there, and may not be signalled.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
