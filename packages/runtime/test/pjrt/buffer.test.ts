import { expect, it } from 'vitest';
import { CODES, describePlugin } from './describe-plugin';

describePlugin('a buffer', (at) => {
  it.each([
    ['float32', Float32Array.of(1.5, -2), 11],
    ['int32', Int32Array.of(-7, 8), 4],
    ['uint8', Uint8Array.of(0, 255), 6],
    ['uint32', Uint32Array.of(1, 0xffffffff), 8],
    ['int64', BigInt64Array.of(-1n, 2n ** 62n), 5],
    ['bool', Uint8Array.of(0, 1), 1],
  ] as const)('of %s goes to the device and back', async (type, data, code) => {
    const buffer = at.client.upload(data, [1, 2], { type });
    expect(at.plugin.received()).toBe(`BufferFromHostBuffer type ${code} [1,2] semantics 0 device 0\n`);
    expect([buffer.type, buffer.shape]).toEqual([type, [1, 2]]);
    expect(await buffer.read()).toEqual(data);
  });

  it('has the type of its array, if no other is asked for', () => {
    expect(at.client.upload(Uint8Array.of(1), [1]).type).toBe('uint8');
    expect(at.client.upload(Int32Array.of(1), [1]).type).toBe('int32');
  });

  it('may be a part of an array', async () => {
    const whole = Float32Array.from({ length: 100 }, (_, i) => i);
    expect(await at.client.upload(whole.subarray(50, 52), [2]).read()).toEqual(Float32Array.of(50, 51));
  });

  it('may be empty', async () => {
    expect(await at.client.upload(new Float32Array(0), [3, 0]).read()).toEqual(new Float32Array(0));
  });

  it('is read into an array of its type and size', async () => {
    const target = new Float32Array(2);
    expect(await at.client.upload(Float32Array.of(4, 5), [2]).read(target)).toBe(target);
    expect(target).toEqual(Float32Array.of(4, 5));
  });

  it('is not read into an array of another type or size', async () => {
    const buffer = at.client.upload(Float32Array.of(4, 5), [2]);
    await expect(buffer.read(new Float32Array(3))).rejects.toThrow(
      /Expected 2 elements of float32, received 3 elements in Float32Array/,
    );
    await expect(buffer.read(new Int32Array(2))).rejects.toThrow(/received 2 elements in Int32Array/);
  });

  it('goes to another device if asked', () => {
    at.client.upload(Float32Array.of(1), [1], { device: at.client.devices[1]! });
    expect(at.plugin.received()).toMatch(/device 1\n$/);
  });

  it.each([
    [
      new Float32Array(3),
      [2, 2],
      undefined,
      /Expected 4 elements of float32 for \[2, 2\], received 3 elements/,
    ],
    [
      new Float32Array(4),
      [4],
      'bool',
      /Expected 4 elements of bool for \[4\], received 4 elements in Float32Array/,
    ],
  ] as const)('is not made of numbers that do not fit: %#', (data, shape, type, message) => {
    expect(() => at.client.upload(data, shape, type === undefined ? {} : { type })).toThrow(message);
  });

  it('says what did not fit into the memory, what is free, and what to lower', () => {
    at.plugin.fail(
      'Client_BufferFromHostBuffer',
      CODES.outOfMemory,
      'Out of memory allocating 800000000 bytes.\n',
    );
    expect(() => at.client.upload(new Float32Array(4), [2, 2])).toThrow(
      '[lamo/runtime/pjrt] The device has too little memory to upload float32 [2, 2]. Expected at most 500 MB, which is ' +
        'what is free of 2000 MB, received RESOURCE_EXHAUSTED: Out of memory allocating 800000000 bytes. Lower `batchSize`',
    );
  });

  it('says that there is too little memory where the limit is not known, too', () => {
    at.plugin.limitMemory(0);
    at.plugin.fail('Client_BufferFromHostBuffer', CODES.outOfMemory, 'Out of memory.');
    expect(() => at.scalar()).toThrow(/Expected less than that, beside 1500 MB in use, received/);
    at.plugin.limitMemory(2e9);
  });

  it('says that there is too little memory where that cannot be read, either', () => {
    at.plugin.fail('Client_BufferFromHostBuffer', CODES.outOfMemory, 'Out of memory.');
    at.plugin.fail('Device_MemoryStats', CODES.outOfMemory, 'None left to count with.');
    expect(() => at.scalar()).toThrow(/Out of memory/);
  });

  it('cannot be used after it was disposed, and can be disposed twice', async () => {
    const buffer = at.scalar();
    buffer.dispose();
    buffer.dispose();
    expect(buffer.isLive).toBe(false);
    expect(() => buffer.type).toThrow(/This buffer cannot be used any more: it was disposed/);
    expect(() => buffer.shape).toThrow(/disposed/);
    await expect(buffer.read()).rejects.toMatchObject({ code: 'handle-disposed' });
    await expect(buffer.ready()).rejects.toMatchObject({ code: 'handle-disposed' });
  });

  it('is read while other things happen', async () => {
    const buffer = at.client.upload(Float32Array.of(6), [1]);
    at.plugin.hold(true);
    let isRead = false;
    const reading = buffer.read().then((numbers) => {
      isRead = true;
      return numbers;
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(isRead).toBe(false);
    at.plugin.hold(false);
    expect(await reading).toEqual(Float32Array.of(6));
  });

  it.each(['Buffer_ToHostBuffer', 'Event_IsReady', 'Event_Error'])('says that %s failed', async (name) => {
    const buffer = at.scalar();
    at.plugin.fail(name, CODES.internal, 'cable unplugged');
    await expect(buffer.read()).rejects.toThrow(
      'The plug-in could not read a buffer. Received INTERNAL: cable unplugged.',
    );
  });

  it('says that waiting failed', async () => {
    const buffer = at.scalar();
    at.plugin.hold(true);
    at.plugin.fail('Event_Await', CODES.internal, 'cable unplugged');
    await expect(buffer.ready()).rejects.toThrow(
      /could not compute the numbers of a buffer.*cable unplugged/,
    );
  });
});
