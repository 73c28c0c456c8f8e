/**
 * `pnpm bench [--only NAME] [--device NAME] [--precision float32|tf32|bf16] [--rounds N] [--json FILE]`: times ours against its peers
 * and prints the ratios. Peers run on the same kind of hardware as the device, with the same precision.
 */
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { contests } from './speed/contests';
import { type Row, runContest } from './speed/run-contest';
import { precisions, type Setup } from './speed/setup';

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    json: { type: 'string' },
    rounds: { type: 'string', default: '9' },
    device: { type: 'string', default: 'cpu' },
    precision: { type: 'string', default: 'float32' },
  },
});
const chosen = Object.entries(contests).filter(([name]) => values.only === undefined || name === values.only);
if (chosen.length === 0) {
  console.error(`No benchmark is named '${values.only}'. There are: ${Object.keys(contests).join(', ')}.`);
  process.exit(2);
}
const precision = precisions.find((one) => one === values.precision);
if (precision === undefined) {
  console.error(`--precision must be one of ${precisions.join(', ')}, received '${values.precision}'.`);
  process.exit(2);
}
const setup: Setup = { device: values.device as Setup['device'], precision };
console.log(
  `${cpus().length} × ${cpus()[0]?.model}, Node ${process.version}. Medians of ${values.rounds} interleaved rounds.\n`,
);

const rows: Row[] = [];
for (const [name, contest] of chosen) {
  const { rows: timed, absent } = await runContest(contest, setup, Number(values.rounds));
  for (const row of timed) {
    const [low, high] = row.spread.map((ratio) => ratio.toFixed(2));
    console.log(`${row.name}\n  ${row.ours_ms.toFixed(3)} ms; ${row.peer}: ${row.peer_ms.toFixed(3)} ms`);
    console.log(`  ratio ${row.ratio.toFixed(2)} (${low} to ${high} in single rounds)\n`);
  }
  for (const reason of absent) console.log(`${name}: not compared with ${reason}\n`);
  rows.push(...timed);
}
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(rows, null, 2)}\n`);
