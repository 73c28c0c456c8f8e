/** `pnpm bench:memory [--only NAME] [--steps N]`: compares the peak memory of our steps with PyTorch's. */
import { execFileSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { trainingCases } from '../speed/training-cases';

const { values } = parseArgs({
  options: { only: { type: 'string' }, steps: { type: 'string', default: '10' } },
});
const chosen = Object.keys(trainingCases).filter((name) => values.only === undefined || name === values.only);
if (chosen.length === 0) {
  console.error(`No step is named '${values.only}'. There are: ${Object.keys(trainingCases).join(', ')}.`);
  process.exit(2);
}
console.log(`Peak resident set of a fresh process that takes ${values.steps} steps.\n`);

for (const name of chosen) {
  const { algorithm, sizes } = trainingCases[name]!;
  const ours = oursPeakMb(name);
  const theirs = pytorchPeakMb(name);
  console.log(`${algorithm.name} step, ${sizes}\n  ${ours.toFixed(0)} MiB; ${describe(theirs, ours)}\n`);
}

function describe(theirs: number | undefined, ours: number): string {
  if (theirs === undefined) return 'not compared with PyTorch (LAMO_BENCH_PYTHON names a Python with torch)';
  return `PyTorch: ${theirs.toFixed(0)} MiB\n  ratio ${(theirs / ours).toFixed(2)}`;
}

/** The child runs under the same loader as this process. */
function oursPeakMb(name: string): number {
  return peakOf(process.execPath, [...process.execArgv, here('./take-steps.ts'), name, values.steps]);
}

function pytorchPeakMb(name: string): number | undefined {
  const python = process.env.LAMO_BENCH_PYTHON ?? 'python3';
  const { pytorch } = trainingCases[name]!;
  try {
    const script = here('../pytorch/peak.py');
    return peakOf(python, [script, pytorch, String(availableParallelism()), values.steps]);
  } catch {
    return undefined;
  }
}

function peakOf(command: string, args: readonly string[]): number {
  const output = execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  return (JSON.parse(output) as { peak_mb: number }).peak_mb;
}

function here(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}
