import { afterEach, beforeAll, beforeEach, describe, expect } from 'vitest';
import type { PjrtBuffer } from '../../src/pjrt/buffer';
import type { PjrtClient } from '../../src/pjrt/client';
import { openPjrt } from '../../src/pjrt/open-pjrt';
import { buildPlugin, inspectPlugin, missingCompiler } from './build-plugin';

/** What tests with the plug-in of our own work with. */
export interface PluginTest {
  /** The plug-in's library. */
  file: string;
  plugin: Awaited<ReturnType<typeof inspectPlugin>>;
  /** Opened before every test and disposed of after it. */
  client: PjrtClient;
  /** Uploads one number. */
  scalar(value?: number): PjrtBuffer;
}

/** Numbers of kinds of errors. */
export const CODES = { invalid: 3, outOfMemory: 8, unimplemented: 12, internal: 13, unavailable: 14 };

const KINDS = ['client', 'event', 'error', 'executable', 'loaded', 'buffer', 'bytes'];

/** Describes tests with a client of the plug-in that computes nothing; says why they are skipped without a C compiler. */
export function describePlugin(name: string, tests: (at: PluginTest) => void): void {
  const reason = missingCompiler === undefined ? '' : ` (skipped: ${missingCompiler})`;
  describe.skipIf(missingCompiler)(`${name}${reason}`, () => {
    const at = {
      scalar: (value = 1) => at.client.upload(Float32Array.of(value), []),
    } as PluginTest;

    beforeAll(async () => {
      at.file = buildPlugin();
      at.plugin = await inspectPlugin(at.file);
    });

    beforeEach(async () => {
      at.client = await openPjrt(at.file);
      at.plugin.received();
    });

    // Whatever a test did: nothing was used after its end or destroyed twice, and nothing is left.
    afterEach(async () => {
      at.plugin.failLater(0);
      at.plugin.hold(false);
      await at.client.dispose();
      expect(at.plugin.violations()).toBe('');
      expect(KINDS.filter((kind) => at.plugin.alive(kind) > 0)).toEqual([]);
    });

    tests(at);
  });
}
