/**
 * `pnpm bench:faults [--cases N] [--seed N] [--only NAME] [--case N] [--keep FOLDER] [--json FILE]`: reads thousands of files that went
 * wrong, of every format and of all files of a run. Each must be read rightly or refused with an error that says what
 * is wrong: no crash, no hang, no memory without bound, nothing that is not finite.
 */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Rng } from '@lamo/core';
import { mutate } from './mutate';
import { readers } from './readers';
import { makeSpecimens, type Specimen } from './specimens';
import { type Outcome, startReader } from './start-reader';

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '0' },
    only: { type: 'string' },
    case: { type: 'string' },
    keep: { type: 'string' },
    json: { type: 'string' },
  },
});

/** A fault that was found. */
interface Finding extends Outcome {
  readonly case: number;
  readonly specimen: string;
  readonly file: string;
  readonly mutation: string;
}

const folder = mkdtempSync(join(tmpdir(), 'lamo-faults-'));
// Whatever is cached or kept stays in the folder.
process.env.XDG_CACHE_HOME = join(folder, 'cache');
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));

const specimens = await makeSpecimens(join(folder, 'specimens'));
const chosen = specimens.filter(({ name }) => values.only === undefined || name === values.only);
if (chosen.length === 0) {
  console.error(
    `Nothing is named '${values.only}'. There are: ${specimens.map(({ name }) => name).join(', ')}.`,
  );
  process.exit(2);
}
const deck = chosen.flatMap((specimen) => Array<Specimen>(specimen.share).fill(specimen));
const counts = new Map(chosen.map(({ name }) => [name, new Map<string, number>()]));
const findings: Finding[] = [];

await checkSoundOnes();
const wanted = values.case === undefined ? undefined : Number(values.case);
const indices = wanted === undefined ? Array.from({ length: Number(values.cases) }, (_, i) => i) : [wanted];
// One kind of file after the other: each process then holds only the libraries that its kind needs.
const queue = indices
  .map((index) => ({ index, kind: deck.indexOf(drawCase(index).specimen) }))
  .sort((a, b) => a.kind - b.kind)
  .values();
let done = 0;
await Promise.all(Array.from({ length: wanted === undefined ? availableParallelism() : 1 }, readCases));
printTable();
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(findings, null, 2)}\n`);
process.exitCode = findings.length === 0 ? 0 : 1;

/** A specimen that is refused as it is would make every case of it look well. */
async function checkSoundOnes(): Promise<void> {
  const reader = startReader();
  for (const { name, folder: sound } of chosen) {
    // In a fresh clone the first reading compiles the sources, which takes more memory than a reader may have.
    await onCopy(sound, readers[name]!);
    const { verdict, detail } = await onCopy(sound, (copy) => reader.read({ reader: name, folder: copy }));
    if (verdict !== 'accepted') throw new Error(`The sound specimen '${name}' is ${verdict}: ${detail}`);
  }
  reader.end();
}

/** Some readers change what they read. */
async function onCopy<T>(sound: string, read: (copy: string) => Promise<T>): Promise<T> {
  const copy = join(folder, 'sound');
  cpSync(sound, copy, { recursive: true });
  const answer = await read(copy);
  rmSync(copy, { recursive: true });
  return answer;
}

async function readCases(): Promise<void> {
  const reader = startReader();
  for (const { index } of queue) {
    const finding = await readCase(index, reader);
    const byVerdict = counts.get(finding.specimen)!;
    byVerdict.set(finding.verdict, (byVerdict.get(finding.verdict) ?? 0) + 1);
    if (wanted !== undefined) console.log(JSON.stringify(finding, null, 2).replaceAll('\\n', '\n'));
    if (finding.verdict !== 'accepted' && finding.verdict !== 'refused') report(finding);
    if (++done % 500 === 0) console.log(`${done} of ${values.cases} cases, ${findings.length} faults`);
  }
  reader.end();
}

/** The same number gives the same case, whatever came before it. */
function drawCase(index: number) {
  const rng = Rng.fromSeed(Number(values.seed)).split(`case ${index}`);
  const specimen = deck[rng.integer(deck.length)]!;
  return { rng, specimen };
}

async function readCase(index: number, reader: ReturnType<typeof startReader>): Promise<Finding> {
  const { rng, specimen } = drawCase(index);
  const file = specimen.files[rng.integer(specimen.files.length)]!;
  const { bytes, what } = mutate(file, readFileSync(join(specimen.folder, file)), rng);
  const copy = join(folder, `case-${index}`);
  cpSync(specimen.folder, copy, { recursive: true });
  writeFileSync(join(copy, file), bytes);
  const outcome = await reader.read({ reader: specimen.name, folder: copy });
  const isFault = outcome.verdict !== 'accepted' && outcome.verdict !== 'refused';
  if (values.keep !== undefined && (isFault || wanted !== undefined)) {
    mkdirSync(join(values.keep, `case-${index}`, file, '..'), { recursive: true });
    writeFileSync(join(values.keep, `case-${index}`, file), bytes);
  }
  rmSync(copy, { recursive: true, force: true });
  return { case: index, specimen: specimen.name, file, mutation: what, ...outcome };
}

function report(finding: Finding): void {
  findings.push(finding);
  const { case: index, specimen, file, mutation, verdict, detail } = finding;
  console.log(`case ${index}, ${specimen}/${file}, ${mutation}: ${verdict}. ${detail.slice(0, 600)}`);
}

function printTable(): void {
  const verdicts = ['accepted', 'refused', ...new Set(findings.map(({ verdict }) => verdict))];
  console.log(`\n| | ${verdicts.join(' | ')} |\n|---|${verdicts.map(() => '---:|').join('')}`);
  for (const [name, count] of counts) {
    console.log(`| ${name} | ${verdicts.map((verdict) => count.get(verdict) ?? 0).join(' | ')} |`);
  }
  console.log(`\n${done} files that went wrong, ${findings.length} faults`);
  if (findings.length > 0)
    console.log('See one again: pnpm bench:faults --case NUMBER [--only NAME] --keep FOLDER');
}
