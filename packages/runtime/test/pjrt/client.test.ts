import { expect, it } from 'vitest';
import { openPjrt } from '../../src/pjrt/open-pjrt';
import { CODES, describePlugin } from './describe-plugin';

describePlugin('a client', (at) => {
  it('says what it is', () => {
    expect(at.client.platform).toBe('nothing');
    expect(at.client.platformVersion).toBe('1.2.3');
    expect(at.client.interfaceVersion).toBe('0.104');
    expect(at.client.devices.map(({ id, kind, description }) => [id, kind, description])).toEqual([
      [40, 'Idler 3000', 'Idler(id=40)'],
      [41, 'Idler 3000', 'Idler(id=41)'],
    ]);
  });

  it('tells how much memory is used', () => {
    expect(at.client.devices[0]!.memory()).toEqual({ used: 1.5e9, peak: 1.6e9, limit: 2e9 });
  });

  it('tells no memory where the plug-in does not', () => {
    at.plugin.fail('Device_MemoryStats', CODES.unimplemented, 'not here');
    expect(at.client.devices[0]!.memory()).toBeUndefined();
  });

  it('is opened once: the second opening gets the first', async () => {
    expect(await openPjrt(at.file)).toBe(at.client);
    expect(at.plugin.alive('client')).toBe(1);
  });

  it('is not opened with other options at the same time', async () => {
    await expect(openPjrt(at.file, { memoryFraction: 0.5 })).rejects.toThrow(
      /plugin\.so is open in this process with other options\..*Dispose of the first client/,
    );
  });

  it('is opened anew after it was disposed', async () => {
    await at.client.dispose();
    const second = await openPjrt(at.file);
    expect(second).not.toBe(at.client);
    expect(at.plugin.alive('client')).toBe(1);
    at.client = second;
  });

  it('gets the options that were given, and no others', async () => {
    await at.client.dispose();
    at.client = await openPjrt(at.file, { preallocate: false, memoryFraction: 0.25, visibleDevices: [2, 0] });
    expect(at.plugin.received().split('\n').slice(0, 4)).toEqual([
      'Client_Create 3 options',
      'preallocate type 4 = false size 1',
      'memory_fraction type 3 = 0.25 size 1',
      'visible_devices type 2 = 2,0 size 2',
    ]);
    await at.client.dispose();
    at.client = await openPjrt(at.file, { preallocate: true });
    expect(at.plugin.received()).toMatch(/^Client_Create 1 options\npreallocate type 4 = true size 1\n$/);
  });

  it.each([0, -0.5, 1.5, Number.NaN])('refuses to use %s of the memory', async (memoryFraction) => {
    await at.client.dispose();
    await expect(openPjrt(at.file, { memoryFraction })).rejects.toThrow(
      /`memoryFraction` must be a number above 0 and at most 1/,
    );
  });

  it('refuses devices that are not numbered from 0', async () => {
    await at.client.dispose();
    await expect(openPjrt(at.file, { visibleDevices: [-1] })).rejects.toThrow(
      /`visibleDevices` must be whole numbers/,
    );
  });

  it('cannot be used after it was disposed', async () => {
    await at.client.dispose();
    expect(() => at.scalar()).toThrow(
      /This client cannot be used any more: it was disposed.*Open the plug-in again/,
    );
    await expect(at.client.compile('outputs 1')).rejects.toThrow(/client cannot be used/);
  });

  it('can be disposed twice', async () => {
    await at.client.dispose();
    await at.client.dispose();
  });

  it('frees what is left when it is disposed, and waits for what is running', async () => {
    const executable = await at.client.compile('outputs 1');
    const buffer = at.client.upload(Float32Array.of(3), [1]);
    executable.execute([buffer]);
    at.plugin.hold(true);
    const [compiling, reading] = [at.client.compile('outputs 1 wait'), buffer.read()];
    const disposing = at.client.dispose();
    at.plugin.hold(false);
    await disposing;
    await compiling;
    expect(await reading).toEqual(Float32Array.of(3));
  });

  it.each(['Client_PlatformName', 'Client_AddressableDevices', 'Device_GetDescription'])(
    'is destroyed when %s fails as it is opened',
    async (name) => {
      await at.client.dispose();
      at.plugin.fail(name, CODES.internal, 'out of order');
      await expect(openPjrt(at.file)).rejects.toThrow(/out of order/);
      expect(at.plugin.alive('client')).toBe(0);
      at.client = await openPjrt(at.file);
    },
  );

  it('says what the plug-in says when it cannot be opened, and can be tried again', async () => {
    await at.client.dispose();
    at.plugin.fail('Client_Create', CODES.unavailable, 'no driver found');
    await expect(openPjrt(at.file)).rejects.toMatchObject({
      code: 'plugin-failed',
      message:
        '[lamo/runtime/pjrt] The plug-in could not open a device. Received UNAVAILABLE: no driver found.',
    });
    at.client = await openPjrt(at.file);
  });
});
