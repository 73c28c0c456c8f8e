import { type DeviceName, openDevice } from '@lamo/runtime';
import { showResult } from '../terminal/output';

/** Opens a device and says what it is made of. Its own process may be ended by it. */
export async function showDeviceFacts(name: string): Promise<void> {
  const device = await openDevice(name as DeviceName);
  showResult(device.facts(), { answer: device.description });
}
