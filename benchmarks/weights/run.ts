/**
 * `pnpm bench:weights [--steps N] [--only NAME,NAME] [--record]`: trains every algorithm, and a language model, and compares a hash
 * of everything they have learned with the one in hashes.json, or writes it there. For changes that must not move a bit.
 *
 * Bits depend on the processor's instructions and on the libraries that compute, so hashes are those of one machine:
 * record them before a change, and compare after it.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { arch, cpus, platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { algorithms, bc, datasetKind, pretrain, train } from '@lamo/algos';
import { type Dataset, Rng } from '@lamo/core';
import { createDataset, textFromRows, tokenCorpus } from '@lamo/data';
import { type HostArray, hashTree, openDevice, type Tree, treeEntries, treeFromEntries } from '@lamo/runtime';

const FILE = fileURLToPath(new URL('hashes.json', import.meta.url));

/** Small networks; of any algorithm those settings that it has. */
const SMALL = {
  hiddenSize: 32,
  batchSize: 32,
  warmupSteps: 20,
  width: 16,
  layers: 1,
  contextLength: 4,
  maxTimesteps: 20,
  backbone: 'nano',
  textLength: 16,
};

interface Recorded {
  readonly machine: string;
  readonly steps: number;
  readonly hashes: Readonly<Record<string, string>>;
}

const { values: options } = parseArgs({
  options: {
    steps: { type: 'string', default: '200' },
    only: { type: 'string' },
    record: { type: 'boolean', default: false },
  },
});
const steps = Number(options.steps);
const folder = mkdtempSync(join(tmpdir(), 'lamo-weights-'));
process.on('exit', () => rmSync(folder, { recursive: true }));
const device = await openDevice('cpu', { threads: 1 });
const learners = new Map<string, () => Promise<Tree<HostArray>>>([
  // The point's actions are amounts.
  ...[...algorithms].flatMap(([name, { data, requires }]) =>
    data.name === datasetKind.name && requires.length === 0
      ? [[name, () => trainedState(name)] as const]
      : [],
  ),
  ['pretrain', pretrainedState],
]);

const hashes: Record<string, string> = {};
for (const name of options.only?.split(',') ?? learners.keys()) {
  hashes[name] = hashState(await learners.get(name)!());
  console.log(`${name.padEnd(10)} ${hashes[name]}`);
}
const found: Recorded = { machine: describeMachine(), steps, hashes };
if (options.record) record(found);
else compare(found);

/** Every preset is a learner of its own; the state that all have reached, in one tree. */
async function trainedState(name: string): Promise<Tree<HostArray>> {
  const algorithm = algorithms.get(name)!;
  const small = { ...SMALL, ...(await filesToRead()) };
  const { shape } = algorithm.config;
  // IQL has a setting of that name, too: the shape of its own policy.
  const takes = (key: string) =>
    key === 'policy' ? algorithm.config.parse({}).policy === null : key in shape;
  const config = Object.fromEntries(Object.entries(small).filter(([key]) => takes(key)));
  const presets = [undefined, ...Object.keys(algorithm.presets)];
  const states: Record<string, Tree<HostArray>> = {};
  for (const preset of presets) {
    const run = await train(algorithm, pointMass(), {
      steps,
      config,
      seed: 3,
      device,
      every: steps,
      ...(preset === undefined ? {} : { preset }),
    });
    for await (const _ of run);
    states[preset ?? 'defaults'] = await run.state();
    await run.dispose();
  }
  return states;
}

/** Settings that name files: a text, and a policy for those who judge one. */
async function filesToRead(): Promise<{ text: string; policy: string }> {
  const [text, policy] = [join(folder, 'text.txt'), join(folder, 'policy')];
  if (existsSync(text)) return { text, policy };
  const run = await train(bc, pointMass(), { steps: 20, config: { hiddenSize: 32 }, seed: 2, device });
  for await (const _ of run);
  await run.save(policy);
  await run.dispose();
  writeFileSync(text, 'the cat sees a dog and the dog sees the bird .\n'.repeat(50));
  return { text, policy };
}

async function pretrainedState(): Promise<Tree<HostArray>> {
  const letters = {
    vocabularySize: 26,
    fingerprint: 'letters',
    encode: (text: string) => Array.from(text, (letter) => letter.charCodeAt(0) - 97),
    decode: (ids: ArrayLike<number>) => String.fromCharCode(...Array.from(ids, (id) => id + 97)),
  };
  const rng = Rng.fromSeed(4);
  const text = String.fromCharCode(...Array.from({ length: 5000 }, () => 97 + rng.integer(26)));
  const corpus = await tokenCorpus(textFromRows([text]), letters, { cacheFolder: folder, blockLength: 16 });
  const config = { batchSize: 8, warmupSteps: 20, width: 16, layers: 2, heads: 2 };
  const run = await train(pretrain, corpus, { steps, config, seed: 3, device });
  for await (const _ of run);
  const state = await run.state();
  await run.dispose();
  corpus.close();
  return state;
}

/** A point in the plane that is pulled towards the middle, in episodes of 20 steps; every third ends at the time limit. */
function pointMass(): Dataset {
  const rng = Rng.fromSeed(5);
  const rows = Array.from({ length: 1000 }, (_, row) => {
    const position = [rng.uniform(-2, 2), rng.uniform(-2, 2)];
    const pull = position.map((x) => Math.max(-1, Math.min(1, 0.2 * rng.normal() - 0.5 * x)));
    const end = row % 20 === 19;
    return { position, pull, isCut: end && row % 60 === 59, isTerminal: end && row % 60 !== 59 };
  });
  return createDataset({
    name: 'point-mass',
    observations: rows.map(({ position }) => position),
    actions: rows.map(({ pull }) => pull),
    rewards: rows.map(({ position }) => -Math.hypot(...position)),
    terminated: rows.map(({ isTerminal }) => isTerminal),
    truncated: rows.map(({ isCut }) => isCut),
  });
}

/** The order in which a state names its parts is of no matter. */
function hashState(state: Tree<HostArray>): string {
  const leaves = [...treeEntries(state)].sort(([a], [b]) => (a < b ? -1 : 1));
  return hashTree(treeFromEntries(new Map(leaves))).slice(0, 16);
}

function describeMachine(): string {
  return `${cpus()[0]?.model ?? 'unknown'}, ${platform()} ${arch()}, Node ${process.versions.node}`;
}

/** What was recorded of other algorithms on this machine stays. */
function record(found: Recorded): void {
  const earlier: Recorded | undefined = existsSync(FILE) ? JSON.parse(readFileSync(FILE, 'utf8')) : undefined;
  const isAlike = earlier?.machine === found.machine && earlier.steps === found.steps;
  const hashes = { ...(isAlike ? earlier.hashes : {}), ...found.hashes };
  writeFileSync(FILE, `${JSON.stringify({ ...found, hashes }, null, 2)}\n`);
}

function compare({ machine, steps, hashes }: Recorded): void {
  if (!existsSync(FILE)) throw new Error(`There is no ${FILE}: run with --record first`);
  const before: Recorded = JSON.parse(readFileSync(FILE, 'utf8'));
  if (before.machine !== machine || before.steps !== steps) {
    throw new Error(
      `Recorded on ${before.machine} after ${before.steps} steps; this is ${machine} after ${steps}`,
    );
  }
  const changed = Object.keys(hashes).filter((name) => hashes[name] !== before.hashes[name]);
  console.log(
    `${Object.keys(hashes).length - changed.length} the same, ${changed.length} changed: ${changed.join(', ')}`,
  );
  process.exitCode = changed.length === 0 ? 0 : 1;
}
