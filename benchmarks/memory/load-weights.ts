/**
 * `pnpm bench:load [NAME]`: writes random weights of a published GPT-2 size into a temporary folder, loads them in a fresh
 * process, and prints how long that took and how much its memory grew. The operating system has the file cached, as
 * after a download.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Rng } from '@lamo/core';
import { type Gpt2, gpt2Shapes, gpt2Sizes, loadGpt2, saveGpt2 } from '@lamo/models';
import { type HostArray, mapTree, sizeOf } from '@lamo/runtime';
import { peakResidentMb } from './peak-resident';

const [name = 'gpt2', folder] = process.argv.slice(2);
if (folder === undefined) measureInChild(name as keyof typeof gpt2Sizes);
else await loadHere(folder);

async function loadHere(folder: string): Promise<void> {
  const before = process.memoryUsage().rss / 2 ** 20;
  const start = performance.now();
  const { parameters } = await loadGpt2(folder);
  const seconds = (performance.now() - start) / 1000;
  console.log(
    JSON.stringify({ seconds, before, peak: peakResidentMb(), rows: parameters.wte.weight.shape[0] }),
  );
}

/** The child runs under the same loader as this process. */
function measureInChild(name: keyof typeof gpt2Sizes): void {
  const folder = mkdtempSync(join(tmpdir(), 'lamo-load-'));
  try {
    saveGpt2(folder, { config: gpt2Sizes[name], parameters: randomWeights(name) });
    const size = statSync(join(folder, 'model.safetensors')).size / 2 ** 20;
    console.log(`${name}, a file of ${size.toFixed(0)} MiB`);
    for (let round = 0; round < 3; round++) {
      const script = fileURLToPath(import.meta.url);
      const output = execFileSync(process.execPath, [...process.execArgv, script, name, folder]);
      const { seconds, before, peak } = JSON.parse(output.toString());
      const ratio = (peak - before) / size;
      console.log(
        `  ${seconds.toFixed(2)} s; memory from ${before.toFixed(0)} MiB to at most ${peak.toFixed(0)} MiB: ` +
          `the file × ${ratio.toFixed(2)}, with all libraries × ${(peak / size).toFixed(2)}`,
      );
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function randomWeights(name: keyof typeof gpt2Sizes): Gpt2<HostArray> {
  const rng = Rng.fromSeed(0);
  const fill = ({ shape }: { readonly shape: readonly number[] }): HostArray => {
    const data = new Float32Array(sizeOf(shape));
    for (let i = 0; i < data.length; i++) data[i] = rng.uniform() - 0.5;
    return { shape, data };
  };
  return mapTree(gpt2Shapes(gpt2Sizes[name]), fill) as unknown as Gpt2<HostArray>;
}
