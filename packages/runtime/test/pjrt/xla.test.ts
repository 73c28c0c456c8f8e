import { expect, it } from 'vitest';
import { openXla } from '../../src/devices/xla';
import { CODES, describePlugin } from './describe-plugin';

describePlugin('an XLA device', (at) => {
  const open = () => openXla({ name: 'xla', plugin: at.file });

  it('tells how much memory is free, which is its limit less what is used', async () => {
    const device = await open();
    expect(device.facts().memory).toEqual({ total: 2e9, free: 0.5e9, peak: 1.6e9 });
    expect(device.freeMemory!()).toBe(0.5e9);
  });

  it('tells no memory where the plug-in does not', async () => {
    const device = await open();
    at.plugin.fail('Device_MemoryStats', CODES.unimplemented, 'not here');
    expect(device.facts().memory).toBeUndefined();
    at.plugin.fail('Device_MemoryStats', CODES.unimplemented, 'not here');
    expect(device.freeMemory!()).toBeUndefined();
  });
});
