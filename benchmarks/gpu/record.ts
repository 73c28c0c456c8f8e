/** `record.ts FILE`: computes on `cpu` what the archive is to compare with, and writes it. `pack.sh` runs it. */
import { writeFileSync } from 'node:fs';
import { openDevice } from '@lamo/runtime';
import { computeKernel, namedKernels } from './compute-kernel';
import { computeTraining, shortTrainings } from './compute-training';
import { encodeNumbers } from './expected';

const device = await openDevice('cpu', { threads: 1 });
const expected: Record<string, string> = {};
for (const [name, kernel] of namedKernels)
  expected[name] = encodeNumbers(await computeKernel(device, kernel));
for (const [name, training] of Object.entries(shortTrainings)) {
  for (const [part, numbers] of await computeTraining(device, training)) {
    expected[`${name}: ${part}`] = encodeNumbers(numbers);
  }
}
writeFileSync(process.argv[2]!, JSON.stringify(expected));
