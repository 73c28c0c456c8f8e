import { type Device, type DeviceName, openDevice } from '@lamo/runtime';
import { printWarning } from '../terminal/print-warning';

/** Opens the device that flags name, and prints what it warns of. @throws LamoError what `openDevice` throws */
export function openNamedDevice(flags: {
  readonly device: DeviceName;
  readonly threads?: number;
}): Promise<Device> {
  const { device, threads } = flags;
  return openDevice(device, {
    ...(threads === undefined ? {} : { threads }),
    onWarning: ({ message }) => printWarning(message),
  });
}
