import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';

// What XLA compiles for tests is of no use to whoever runs them.
process.env.LAMO_XLA_CACHE ??= join(process.env.LAMO_TESTS_DISK ?? tmpdir(), 'lamo-tests-xla');

interface Closeness {
  /** Largest allowed |received − expected| / max(|expected|, floor). */
  readonly relative?: number;
  /** Largest allowed |received − expected|. */
  readonly absolute?: number;
}

declare module 'vitest' {
  interface Matchers<T> {
    /** Passes if every element is within `absolute + relative · |expected|`; says the worst element if not. */
    toBeAllClose(expected: ArrayLike<number>, closeness: Closeness): T;
  }
}

expect.extend({
  toBeAllClose(received: ArrayLike<number>, expected: ArrayLike<number>, closeness: Closeness) {
    const { relative = 0, absolute = 0 } = closeness;
    if (received.length !== expected.length) {
      return {
        pass: false,
        message: () => `expected ${expected.length} elements, received ${received.length}`,
      };
    }
    let worst = -1;
    let worstExcess = 0;
    for (let i = 0; i < expected.length; i++) {
      const a = received[i]!;
      const b = expected[i]!;
      if (Object.is(a, b) || a === b || (Number.isNaN(a) && Number.isNaN(b))) continue;
      const excess = Math.abs(a - b) - (absolute + relative * Math.abs(b));
      if (!(excess <= worstExcess)) {
        worst = i;
        worstExcess = Number.isNaN(excess) ? Number.POSITIVE_INFINITY : excess;
      }
    }
    return {
      pass: worst === -1,
      message: () =>
        `element ${worst} of ${expected.length}: expected ${expected[worst]}, received ${received[worst]} ` +
        `(allowed: ${absolute} + ${relative} · |expected|)`,
    };
  },
});
