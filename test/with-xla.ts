import type { DeviceName } from '@lamo/runtime';
import { pluginPath } from './fixtures';

/** Devices to test on: these, and `xla` where there is a PJRT plug-in for it. */
export function withXla(...names: DeviceName[]): DeviceName[] {
  return pluginPath() === undefined ? names : [...names, 'xla'];
}
