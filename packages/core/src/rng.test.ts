import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Rng } from './rng';

const draw = (rng: Rng, count: number) => Array.from({ length: count }, () => rng.uint32());

describe('Rng', () => {
  it('produces the published stream of xoshiro128**', () => {
    // First outputs of the reference implementation for the state 1, 2, 3, 4 (also in Rust's rand_xoshiro).
    const rng = Rng.fromState({ words: [1, 2, 3, 4], spareNormal: null });
    expect(draw(rng, 10)).toEqual([
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
    ]);
  });

  it('keeps the stream of a seed from release to release', () => {
    expect(draw(Rng.fromSeed(7), 3)).toEqual([2902352262, 1258837705, 1618182187]);
    expect(draw(Rng.fromSeed(7).split('batches'), 3)).toEqual([2703029185, 2701846590, 1339783277]);
  });

  it('gives different streams to different seeds, also beyond 32 bits', () => {
    const seeds = [0, 1, 2, -1, 2 ** 32, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER];
    const streams = seeds.map((seed) => draw(Rng.fromSeed(seed), 2).join());
    expect(new Set(streams).size).toBe(seeds.length);
  });

  it('refuses seeds that are not integers', () => {
    for (const seed of [0.5, Number.NaN, 2 ** 53]) {
      expect(() => Rng.fromSeed(seed)).toThrow(expect.objectContaining({ code: 'out-of-range' }));
    }
  });

  it('splits streams that depend on the label but not on what is drawn from their siblings', () => {
    const root = Rng.fromSeed(3);
    const first = draw(root.split('noise'), 5);
    draw(root.split('batches'), 100);
    expect(draw(root.split('noise'), 5)).toEqual(first);
    expect(draw(root.split('batches'), 5)).not.toEqual(first);
  });

  it('does not advance when it is split', () => {
    const rng = Rng.fromSeed(3);
    rng.split('noise');
    expect(draw(rng, 5)).toEqual(draw(Rng.fromSeed(3), 5));
  });

  it('gives split streams that are uncorrelated with each other and with their parent', () => {
    const root = Rng.fromSeed(11);
    const streams = [root.split('a'), root.split('b'), root];
    const samples = 20_000;
    for (const [i, j] of [
      [0, 1],
      [0, 2],
      [1, 2],
    ] as const) {
      let sum = 0;
      for (let k = 0; k < samples; k++)
        sum += (streams[i]!.uniform() - 0.5) * (streams[j]!.uniform() - 0.5) * 12;
      // The mean of 20,000 products of unit variance has a standard error of 0.007: five of them.
      expect(Math.abs(sum / samples)).toBeLessThan(0.036);
    }
  });

  it('continues exactly from a state that went through JSON, a kept normal draw included', () => {
    fc.assert(
      fc.property(fc.integer(), fc.nat(9), (seed, draws) => {
        const rng = Rng.fromSeed(seed);
        for (let i = 0; i < draws; i++) rng.normal();
        const state = JSON.parse(JSON.stringify(rng.state()));
        const expected = [rng.normal(), rng.normal(), rng.integer(1000), rng.uniform()];
        for (const copy of [Rng.fromState(state), Rng.fromSeed(0)]) {
          copy.restore(state);
          expect([copy.normal(), copy.normal(), copy.integer(1000), copy.uniform()]).toEqual(expected);
        }
      }),
    );
  });

  it('draws integers below the bound, each about equally often', () => {
    const rng = Rng.fromSeed(5);
    const counts = new Array<number>(7).fill(0);
    for (let i = 0; i < 70_000; i++) counts[rng.integer(7)]!++;
    // 10,000 expected in each, standard deviation 93: five of them.
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(465);
  });

  it('draws the remainders of 32 bits, without those above the last whole multiple of the bound', () => {
    const bounds = fc.oneof(fc.integer({ min: 1, max: 2 ** 32 }), fc.integer({ min: 2 ** 31, max: 2 ** 32 }));
    fc.assert(
      fc.property(fc.integer(), bounds, (seed, bound) => {
        const [rng, bits] = [Rng.fromSeed(seed), Rng.fromSeed(seed)];
        const [big, whole] = [BigInt(bound), 2n ** 32n];
        for (let i = 0; i < 5; i++) {
          let drawn = BigInt(bits.uint32());
          while (drawn >= whole - (whole % big)) drawn = BigInt(bits.uint32());
          expect(rng.integer(bound)).toBe(Number(drawn % big));
        }
      }),
    );
  });

  it('draws uniform numbers in the asked interval', () => {
    fc.assert(
      fc.property(fc.integer(), fc.double({ min: -100, max: 0, noNaN: true }), (seed, low) => {
        const value = Rng.fromSeed(seed).uniform(low, low + 10);
        expect(value).toBeGreaterThanOrEqual(low);
        expect(value).toBeLessThan(low + 10);
      }),
    );
  });

  it('draws normal numbers with the moments of the standard normal distribution', () => {
    const samples = 200_000;
    const values = new Float32Array(samples);
    Rng.fromSeed(13).fillNormal(values);
    const moment = (power: number) => values.reduce((sum, value) => sum + value ** power, 0) / samples;
    // Five standard errors: sqrt(Var(x^k) / samples) with Var = 1, 2, 15, 96.
    expect(Math.abs(moment(1))).toBeLessThan(0.0112);
    expect(Math.abs(moment(2) - 1)).toBeLessThan(0.0159);
    expect(Math.abs(moment(3))).toBeLessThan(0.0434);
    expect(Math.abs(moment(4) - 3)).toBeLessThan(0.11);
  });

  it('shuffles into every order about equally often', () => {
    const rng = Rng.fromSeed(17);
    const counts = new Map<string, number>();
    for (let i = 0; i < 6000; i++) {
      const order = rng.shuffle([1, 2, 3]).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    // Six orders, 1000 expected in each, standard deviation 29: five of them.
    expect(counts.size).toBe(6);
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(145);
  });

  it('drops the asked share of elements and scales up the others', () => {
    const mask = new Float32Array(100_001);
    Rng.fromSeed(1).fillDropout(mask, 0.1);
    const dropped = mask.filter((value) => value === 0).length / mask.length;
    // Five standard deviations of a share of 0.1 in 100,001 draws.
    expect(Math.abs(dropped - 0.1)).toBeLessThan(5 * Math.sqrt((0.1 * 0.9) / mask.length));
    expect(new Set(mask)).toEqual(new Set([0, Math.fround(1 / 0.9)]));
  });

  it('draws dropout from the stream of everything else', () => {
    const rng = Rng.fromSeed(5);
    const words = Rng.fromSeed(5);
    const mask = new Float32Array(6);
    rng.fillDropout(mask, 0.5);
    const expected = [0, 1, 2].flatMap(() => {
      const bits = words.uint32();
      return [bits >>> 16, bits & 0xffff].map((draw) => (draw < 32_768 ? 0 : 2));
    });
    expect([...mask]).toEqual(expected);
    expect(rng.state()).toEqual(words.state());
  });
});
