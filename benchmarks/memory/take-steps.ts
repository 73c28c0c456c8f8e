/** `take-steps NAME STEPS`: takes steps of one case in this process and prints one JSON line, {"peak_mb"}. */
import { openDevice } from '@lamo/runtime';
import { algorithmContender } from '../speed/algorithm-contender';
import { trainingCases } from '../speed/training-cases';
import { peakResidentMb } from './peak-resident';

const [name, steps] = process.argv.slice(2);
const step = trainingCases[name!]!;
const contender = await algorithmContender(step.algorithm, await openDevice('cpu'), step);
await contender.measure(Number(steps));
await contender.close();
console.log(JSON.stringify({ peak_mb: peakResidentMb() }));
