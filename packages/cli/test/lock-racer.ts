import { type FileLock, isOccupied, releaseLock, takeLock } from '../src/run/file-lock';

/** What the parent process asks of a racer: to take a lock at a time, or to let go of it. */
export type Order = { readonly path: string; readonly at: number } | 'release';

/** A process of its own that takes a lock at the same time as others, and says whether it got it. */
let lock: FileLock | undefined;
process.on('message', (order: Order) => {
  if (order === 'release') {
    if (lock !== undefined) releaseLock(lock);
    lock = undefined;
    return void process.send!('released');
  }
  while (Date.now() < order.at);
  const result = takeLock(order.path);
  lock = isOccupied(result) ? undefined : result;
  process.send!(lock === undefined ? 'refused' : 'held');
});
process.send!('ready');
