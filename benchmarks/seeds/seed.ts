/** `seed.ts ALGORITHM [THREADS]`: takes as many steps as each message says, and answers when they are taken. */
import { findAlgorithm } from '@lamo/algos';
import { openDevice } from '@lamo/runtime';
import { algorithmContender } from '../speed/algorithm-contender';
import { trainingCases } from '../speed/training-cases';

const [name = '', threads] = process.argv.slice(2);
// Sizes as in `pnpm bench`, where it has them; looked at as seldom as by `lamo train`.
const step = trainingCases[name] ?? { algorithm: findAlgorithm(name), every: 40 };
const device = await openDevice('cpu', threads === undefined ? {} : { threads: Number(threads) });
const contender = await algorithmContender(step.algorithm, device, step);
process.on('message', async (steps) => {
  await contender.measure(Number(steps));
  process.send!('done');
});
