/**
 * How long the host is busy with 64 steps that a device takes in a loop: drawing rows, and reading metrics. The device computes nothing,
 * so that nothing else is left. `npx tsx --conditions=@lamo/source benchmarks/xla/host-time.ts [--rounds N]`
 */
import { parseArgs } from 'node:util';
import { train } from '@lamo/algos';
import { idleDevice } from '../speed/idle-device';
import { randomDataset } from '../speed/random-dataset';
import { trainingCases } from '../speed/training-cases';

const BLOCK = 64;
/** Blocks of one measurement. */
const BLOCKS = 50;

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '9' } } });

for (const name of ['td3-bc', 'iql', 'cql', 'dt']) {
  const { algorithm, config = {} } = trainingCases[name]!;
  const device = await idleDevice(BLOCK);
  const run = await train(algorithm, randomDataset(), {
    ...{ steps: Number.POSITIVE_INFINITY, every: BLOCK, config, device },
  });
  const steps = run[Symbol.asyncIterator]();
  const takeBlocks = async () => {
    const start = performance.now();
    for (let i = 0; i < BLOCKS; i++) await steps.next();
    return (performance.now() - start) / BLOCKS;
  };
  await takeBlocks();
  const times: number[] = [];
  for (let round = 0; round < Number(values.rounds); round++) times.push(await takeBlocks());
  times.sort((a, b) => a - b);
  const median = times[Math.floor(times.length / 2)]!;
  console.log(`${name}: ${median.toFixed(3)} ms of host time for ${BLOCK} steps`);
  await run.dispose();
}
