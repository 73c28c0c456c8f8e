import type { HubOptions } from '@lamo/data';
import type { RunObserver } from '../run/open-run';

/** How the hub is asked, given who looks on. */
export function hubOf({ loading = {}, signal }: RunObserver): HubOptions {
  const { onDownload, onRetry } = loading;
  const until = loading.signal ?? signal;
  return {
    ...(onDownload && { onProgress: onDownload }),
    ...(onRetry && { onRetry }),
    ...(until && { signal: until }),
  };
}
