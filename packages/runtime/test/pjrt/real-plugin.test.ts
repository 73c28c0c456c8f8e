import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PjrtClient } from '../../src/pjrt/client';
import { openPjrt } from '../../src/pjrt/open-pjrt';

const file = process.env.LAMO_PJRT_PLUGIN;

/** Adds `x` to a state whose memory the sum takes over; also its total, and something of every other type. */
const PROGRAM = `
func.func @main(
  %state: tensor<2x3xf32> {tf.aliasing_output = 0 : i32}, %x: tensor<2x3xf32>, %i: tensor<2xi32>, %b: tensor<2xi1>,
  %u: tensor<2xui8>, %w: tensor<2xui32>, %l: tensor<2xi64>
) -> (tensor<2x3xf32>, tensor<f32>, tensor<2xi32>, tensor<2xi1>, tensor<2xui8>, tensor<2xui32>, tensor<2xi64>) {
  %sum = stablehlo.add %state, %x : tensor<2x3xf32>
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %total = stablehlo.reduce(%sum init: %zero) applies stablehlo.add across dimensions = [0, 1]
    : (tensor<2x3xf32>, tensor<f32>) -> tensor<f32>
  %i2 = stablehlo.add %i, %i : tensor<2xi32>
  %b2 = stablehlo.not %b : tensor<2xi1>
  %u2 = stablehlo.add %u, %u : tensor<2xui8>
  %w2 = stablehlo.add %w, %w : tensor<2xui32>
  %l2 = stablehlo.add %l, %l : tensor<2xi64>
  return %sum, %total, %i2, %b2, %u2, %w2, %l2
    : tensor<2x3xf32>, tensor<f32>, tensor<2xi32>, tensor<2xi1>, tensor<2xui8>, tensor<2xui32>, tensor<2xi64>
}`;

describe.skipIf(file === undefined)(
  `XLA's own plug-in${file ? '' : ' (skipped: LAMO_PJRT_PLUGIN is not set)'}`,
  () => {
    let client: PjrtClient;
    beforeAll(async () => {
      client = await openPjrt(file!, { preallocate: false });
    });
    afterAll(() => client.dispose());

    const ones = () => client.upload(new Float32Array(6).fill(1), [2, 3]);
    const others = () => [
      client.upload(Float32Array.of(1, 2, 3, 4, 5, 6), [2, 3]),
      client.upload(Int32Array.of(3, -4), [2]),
      client.upload(Uint8Array.of(0, 1), [2], { type: 'bool' }),
      client.upload(Uint8Array.of(3, 200), [2]),
      client.upload(Uint32Array.of(3, 0x7fffffff), [2]),
      client.upload(BigInt64Array.of(3n, -(2n ** 40n)), [2]),
    ];
    const expected = [
      Float32Array.of(2, 3, 4, 5, 6, 7),
      Float32Array.of(27),
      Int32Array.of(6, -8),
      Uint8Array.of(1, 0),
      Uint8Array.of(6, 144),
      Uint32Array.of(6, 0xfffffffe),
      BigInt64Array.of(6n, -(2n ** 41n)),
    ];

    it('computes with elements of every type', async () => {
      const executable = await client.compile(PROGRAM, { donated: [0] });
      const outputs = executable.execute([ones(), ...others()]);
      expect(await Promise.all(outputs.map((output) => output.read()))).toEqual(expected);
      const types = ['float32', 'float32', 'int32', 'bool', 'uint8', 'uint32', 'int64'];
      expect(outputs.map(({ type }) => type)).toEqual(types);
      expect(outputs.slice(0, 2).map(({ shape }) => shape)).toEqual([[2, 3], []]);
    });

    it('hands a donated state on, a thousand times without waiting', async () => {
      const executable = await client.compile(PROGRAM, { donated: [0] });
      const rest = others();
      let state = ones();
      for (let i = 0; i < 1000; i++) {
        const [next, ...metrics] = executable.execute([state, ...rest]);
        for (const metric of metrics) metric.dispose();
        state = next!;
      }
      // Whole numbers below 2²⁴ are exact in float32.
      expect(await state.read()).toEqual(Float32Array.of(1001, 2001, 3001, 4001, 5001, 6001));
    });

    it('leaves a state alone that is not to be donated', async () => {
      const executable = await client.compile(PROGRAM);
      const state = ones();
      const [next] = executable.execute([state, ...others()]);
      expect(await next!.read()).toEqual(expected[0]);
      expect(await state.read()).toEqual(new Float32Array(6).fill(1));
    });

    it('loads a program that it has written', async () => {
      const bytes = (await client.compile(PROGRAM, { donated: [0] })).serialize();
      const loaded = await client.load(bytes, { donated: [0] });
      const outputs = loaded.execute([ones(), ...others()]);
      expect(await Promise.all(outputs.map((output) => output.read()))).toEqual(expected);
      await expect(client.load(bytes.slice(0, 100))).rejects.toMatchObject({ code: 'plugin-failed' });
    });

    it('says what is wrong with a program, and with arguments', async () => {
      await expect(client.compile('func.func @main() { nonsense }')).rejects.toThrow(
        /could not compile.*nonsense/s,
      );
      const executable = await client.compile(PROGRAM);
      expect(() => executable.execute([ones()])).toThrow(/could not run the program.*1 buffers.*7/);
    });
  },
);
