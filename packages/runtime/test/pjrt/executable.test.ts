import { expect, it } from 'vitest';
import { CODES, describePlugin } from './describe-plugin';

describePlugin('an executable', (at) => {
  it('is compiled from StableHLO text for one device', async () => {
    const program = 'outputs 1 – π';
    await at.client.compile(program);
    expect(at.plugin.received()).toBe(
      `Client_Compile mlir, ${Buffer.byteLength(program)} bytes, options 1a 04 20 01 28 01 \n`,
    );
  });

  it('is compiled while other things happen', async () => {
    at.plugin.hold(true);
    let isCompiled = false;
    const compiling = at.client.compile('outputs 1 wait').then((executable) => {
      isCompiled = true;
      return executable;
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(isCompiled).toBe(false);
    at.plugin.hold(false);
    expect((await compiling).outputs).toBe(1);
  });

  it('says what the compiler says, and which program it was', async () => {
    at.plugin.fail('Client_Compile', CODES.invalid, "3:5: unknown operation 'stablehlo.guess'\n");
    await expect(at.client.compile('outputs 1', { name: "td3Bc's step" })).rejects.toMatchObject({
      code: 'plugin-failed',
      message:
        "[lamo/runtime/pjrt] The plug-in could not compile td3Bc's step. Received INVALID_ARGUMENT: 3:5: unknown operation 'stablehlo.guess'.",
    });
  });

  it.each(['LoadedExecutable_GetExecutable', 'Executable_NumOutputs'])(
    'is destroyed when %s fails after its compilation',
    async (name) => {
      at.plugin.fail(name, CODES.internal, 'lost');
      await expect(at.client.compile('outputs 1')).rejects.toThrow(/could not inspect a program.*lost/);
      expect(at.plugin.alive('loaded')).toBe(0);
    },
  );

  it('returns its outputs as buffers, in order', async () => {
    const executable = await at.client.compile('outputs 2');
    const outputs = executable.execute([at.scalar(1), at.client.upload(Int32Array.of(2, 3), [2])]);
    expect(outputs.map(({ type, shape }) => [type, shape])).toEqual([
      ['float32', []],
      ['int32', [2]],
    ]);
    expect(await Promise.all(outputs.map((output) => output.read()))).toEqual([
      Float32Array.of(1),
      Int32Array.of(2, 3),
    ]);
  });

  it('may have no arguments and no outputs', async () => {
    const executable = await at.client.compile('outputs 0');
    at.plugin.received();
    expect(executable.execute([])).toEqual([]);
    expect(at.plugin.received()).toBe('Execute 1 devices, 0 arguments, kept []\n');
  });

  it('keeps arguments that are not to be donated, whatever the text says', async () => {
    const executable = await at.client.compile('outputs 2 alias 1');
    const args = [at.scalar(1), at.scalar(2)];
    at.plugin.received();
    executable.execute(args);
    expect(at.plugin.received()).toBe('Execute 1 devices, 2 arguments, kept [0,1]\n');
    expect(await args[1]!.read()).toEqual(Float32Array.of(2));
  });

  it('uses donated arguments up', async () => {
    const executable = await at.client.compile('outputs 2 alias 1', { donated: [1] });
    const [kept, donated] = [at.scalar(1), at.scalar(2)];
    at.plugin.received();
    const outputs = executable.execute([kept, donated]);
    expect(at.plugin.received()).toBe('Execute 1 devices, 2 arguments, kept [0]\n');
    expect(at.plugin.alive('buffer')).toBe(3);
    expect([kept.isLive, donated.isLive]).toEqual([true, false]);
    expect(() => executable.execute([kept, donated])).toThrow(
      /This buffer cannot be used any more: it was donated\. An execution took over its memory/,
    );
    donated.dispose();
    expect(await outputs[1]!.read()).toEqual(Float32Array.of(2));
  });

  it('hands its state from execution to execution, and leaves nothing behind', async () => {
    const executable = await at.client.compile('outputs 1 alias 0', { donated: [0] });
    let state = at.scalar(9);
    for (let i = 0; i < 200; i++) [state] = executable.execute([state]) as [typeof state];
    expect(at.plugin.alive('buffer')).toBe(1);
    expect(await state.read()).toEqual(Float32Array.of(9));
  });

  it('does not take a buffer twice if it is to be donated', async () => {
    const executable = await at.client.compile('outputs 2 alias 1', { donated: [1], name: 'the step' });
    const buffer = at.scalar();
    expect(() => executable.execute([buffer, buffer])).toThrow(
      /Argument 1 of the step is to be donated, and has to be a buffer of its own\. Received a buffer that is another/,
    );
    expect(() => executable.execute([buffer])).toThrow(/Received 1 arguments/);
    expect(await buffer.read()).toEqual(Float32Array.of(1));
  });

  it('takes more arguments after fewer', async () => {
    const executable = await at.client.compile('outputs 1');
    executable.execute([at.scalar(1)]);
    const [output] = executable.execute([at.scalar(2), at.scalar(3)]);
    expect(await output!.read()).toEqual(Float32Array.of(2));
  });

  it('leaves donated buffers alone when it could not be started', async () => {
    const executable = await at.client.compile('outputs 1 alias 0', { donated: [0], name: 'the step' });
    const buffer = at.scalar(7);
    at.plugin.fail('LoadedExecutable_Execute', CODES.invalid, 'wrong shape');
    expect(() => executable.execute([buffer])).toThrow(
      'The plug-in could not run the step. Received INVALID_ARGUMENT: wrong shape.',
    );
    expect(await buffer.read()).toEqual(Float32Array.of(7));
  });

  it('counts donated buffers as used up when it failed after taking them', async () => {
    const executable = await at.client.compile('outputs 1 alias 0 fail after donation', { donated: [0] });
    const buffer = at.scalar(7);
    expect(() => executable.execute([buffer])).toThrow(/failed after donation/);
    await expect(buffer.read()).rejects.toThrow(/it was donated/);
    expect(at.plugin.alive('buffer')).toBe(0);
  });

  it('fails later through its outputs', async () => {
    const executable = await at.client.compile('outputs 1');
    const buffer = at.scalar();
    at.plugin.failLater(CODES.internal);
    const [output] = executable.execute([buffer]);
    await expect(output!.ready()).rejects.toThrow(
      'The plug-in could not compute the numbers of a buffer. Received INTERNAL: it failed later.',
    );
    await expect(output!.read()).rejects.toThrow(/could not read a buffer.*it failed later/);
  });

  it('fails later through its outputs while they are waited for', async () => {
    const executable = await at.client.compile('outputs 1');
    at.plugin.failLater(CODES.outOfMemory);
    const [output] = executable.execute([at.scalar()]);
    at.plugin.hold(true);
    const reading = output!.read();
    setTimeout(() => at.plugin.hold(false), 20);
    await expect(reading).rejects.toMatchObject({ code: 'device-memory' });
  });

  it('cannot be used after it was disposed, and can be disposed twice', async () => {
    const executable = await at.client.compile('outputs 1');
    executable.dispose();
    executable.dispose();
    const buffer = at.scalar();
    expect(() => executable.execute([buffer])).toThrow(
      /This executable cannot be used any more: it was disposed/,
    );
    expect(() => executable.serialize()).toThrow(/disposed/);
  });

  it('is written as bytes and loaded again', async () => {
    const bytes = (await at.client.compile('outputs 1 alias 0', { donated: [0] })).serialize();
    expect(at.plugin.alive('bytes')).toBe(0);
    const loaded = await at.client.load(bytes, { donated: [0] });
    const buffer = at.scalar(5);
    const [output] = loaded.execute([buffer]);
    expect(buffer.isLive).toBe(false);
    expect(await output!.read()).toEqual(Float32Array.of(5));
  });

  it('says that bytes are damaged', async () => {
    await expect(at.client.load(Uint8Array.of(1, 2, 3), { name: 'the cached step' })).rejects.toThrow(
      'The plug-in could not load the cached step. Received DATA_LOSS: these bytes are damaged.',
    );
  });

  it('says that it cannot be written', async () => {
    const executable = await at.client.compile('outputs 1');
    at.plugin.fail('Executable_Serialize', CODES.unimplemented, 'no such thing');
    expect(() => executable.serialize()).toThrow(/could not serialise the program/);
    at.plugin.fail('Executable_Serialize', CODES.unimplemented, 'no such thing');
    expect(() => executable.serialize()).toThrow(expect.objectContaining({ code: 'plugin-unsupported' }));
  });
});
