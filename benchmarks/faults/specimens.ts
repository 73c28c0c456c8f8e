/** Makes one sound specimen of every format and of every file of a run, each in a folder of its own. */
import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { bc, td3Bc, train } from '@lamo/algos';
import { Rng } from '@lamo/core';
import {
  type D4rlMetadataValue,
  readD4rl,
  readLog,
  textFromRows,
  tokenCorpus,
  writeD4rl,
  writeParquet,
} from '@lamo/data';
import { collectMaze } from '@lamo/eval';
import {
  addLora,
  formatPeftConfig,
  gpt2Config,
  initGpt2,
  loadTokenizer,
  peftTensors,
  saveGpt2,
  saveTokenizer,
  saveWeights,
  trainTokenizer,
} from '@lamo/models';
import { parquetWriteFile } from 'hyparquet-writer';
import { startPretraining, startRun } from '../../packages/cli/src/index';
import { logEstimateRecord } from '../../packages/cli/test/log-estimate-record';
import { writeLerobot } from '../../packages/data/test/lerobot-set';
import { OTHERS, TEXT } from './readers';

/** A folder with files that are read together. */
export interface Specimen {
  /** Also the name of its reader. */
  readonly name: string;
  readonly folder: string;
  /** Those that are to go wrong, one at a time; paths in the folder. */
  readonly files: readonly string[];
  /** How many cases it gets, beside the others; those that take long get few. */
  readonly share: number;
}

const SHARES: Readonly<Record<string, number>> = {
  ...{ dataset: 12, 'behaviour policy': 3, checkpoint: 8, gpt2: 10, adapter: 8, tokenizer: 8 },
  ...{ txt: 2, 'txt.gz': 3, jsonl: 6, parquet: 5, tokens: 5, listing: 4, rows: 6 },
  ...{ report: 14, resume: 4, pretraining: 2 },
  ...{
    'protocol-2.pkl': 3,
    'protocol-5.pkl': 3,
    'lists.pkl': 2,
    'stored.npz': 3,
    'deflated.npz': 3,
    'ogbench.npz': 3,
  },
  ...{ 'minari-hdf5': 4, 'minari-arrow': 3, lerobot: 5, 'policy.onnx': 5 },
  ...{ 'log.csv': 5, 'log.csv.gz': 2, 'log.jsonl': 5, 'log.parquet': 4 },
};

/** Files that others made, as the tests of their readers have them. */
const MADE = fileURLToPath(new URL('../../packages/data/test/formats/', import.meta.url));

/** Makes all specimens below a folder, in a few seconds. */
export async function makeSpecimens(folder: string): Promise<Specimen[]> {
  const at = (...names: string[]) => join(folder, ...names);
  for (const name of Object.keys(SHARES)) mkdirSync(at(name), { recursive: true });
  await makeData(at);
  for (const name of OTHERS) cpSync(join(MADE, name), at(name, name), { recursive: true });
  await makeModels(at);
  await makeTexts(at);
  await makeRuns(at);
  return Object.entries(SHARES).map(([name, share]) => {
    const files = filesOf(at(name)).filter((file) => isMeant(name, file));
    return { name, folder: at(name), files, share };
  });
}

type Place = (...names: string[]) => string;

async function makeData(at: Place): Promise<void> {
  const dataset = await collectMaze({ maze: 'umaze', rows: 400, seed: 1 });
  await writeD4rl(dataset, at('dataset', 'data.hdf5'));
  const metadata: Record<string, D4rlMetadataValue> = {
    'policy/nonlinearity': 'relu',
    'policy/output_distribution': 'tanh_gaussian',
  };
  for (const layer of ['fc0', 'fc1', 'last_fc', 'last_fc_log_std']) {
    metadata[`policy/${layer}/weight`] = { shape: [2, 2], data: new Float32Array(4).fill(0.1) };
    metadata[`policy/${layer}/bias`] = { shape: [2], data: new Float32Array(2) };
  }
  await writeD4rl(dataset, at('behaviour policy', 'data.hdf5'), { metadata });
  const rows = Array.from({ length: 12 }, (_, i) => i);
  const columns = {
    observations: rows.map((i) => [i / 12, 1 - i / 7]),
    actions: rows.map((i) => [Math.sin(i)]),
    rewards: rows.map((i) => i % 3),
    terminated: rows.map((i) => i === 5),
    truncated: rows.map((i) => i === 11),
    nextObservations: rows.map((i) => [(i + 1) / 12, 1 - (i + 1) / 7]),
  };
  writeFileSync(at('rows', 'rows.json'), JSON.stringify(columns));
  await makeLogs(at);
}

/** The same log as text and as a table, with categories, flags and amounts; and a set of LeRobot. */
async function makeLogs(at: Place): Promise<void> {
  const rows = Array.from({ length: 24 }, (_, i) => ({
    episode: Math.floor(i / 6),
    'observation.room': 18 + ((i * 7) % 11) / 2,
    'observation.weather': ['rain', 'sun', 'snow'][i % 3]!,
    action: (i % 5) / 4,
    reward: Math.sin(i),
    terminated: i % 12 === 11,
  }));
  const csv = [Object.keys(rows[0]!), ...rows.map((row) => Object.values(row))].join('\n');
  writeFileSync(at('log.csv', 'log.csv'), csv);
  writeFileSync(at('log.csv.gz', 'log.csv.gz'), gzipSync(csv));
  writeFileSync(at('log.jsonl', 'log.jsonl'), rows.map((row) => JSON.stringify(row)).join('\n'));
  const { dataset } = await readLog(at('log.csv', 'log.csv'), { ends: 'truncated' });
  await writeParquet(dataset, at('log.parquet', 'log.parquet'));
  writeLerobot(at('lerobot'), { files: [2, 3] });
  const policy = await train(bc, dataset, { steps: 2, config: { hiddenSize: 4, batchSize: 8 } });
  await policy.save(at('policy.onnx'));
  await policy.dispose();
}

async function makeModels(at: Place): Promise<void> {
  const tokenizer = await trainTokenizer(TEXT, { vocabularySize: 264 });
  for (const place of [at('tokenizer'), at('tokens', 'tokenizer')]) saveTokenizer(place, tokenizer);
  const config = gpt2Config({ vocabSize: 264, nPositions: 16, nEmbd: 8, nLayer: 1, nHead: 2 });
  const parameters = initGpt2(config, Rng.fromSeed(0));
  saveGpt2(at('gpt2'), { config, parameters });
  saveGpt2(at('adapter', 'base'), { config, parameters });
  const adapted = addLora(parameters as never, { rank: 2, layers: ['h.*.attn.c_attn'] }, Rng.fromSeed(1));
  const peft = { rank: 2, alpha: 4, dropout: 0, targetModules: ['c_attn'] };
  const saved = { config: formatPeftConfig(peft, 'base'), tensors: peftTensors(adapted) };
  saveWeights(at('adapter'), saved, { kind: 'adapter' });
}

async function makeTexts(at: Place): Promise<void> {
  const text = TEXT.join('').repeat(20);
  writeFileSync(at('txt', 'text.txt'), text);
  writeFileSync(at('txt.gz', 'text.txt.gz'), gzipSync(text));
  writeFileSync(at('jsonl', 'text.jsonl'), TEXT.map((row) => `${JSON.stringify({ text: row })}\n`).join(''));
  const data = Array.from({ length: 60 }, (_, i) => TEXT[i % TEXT.length]!);
  parquetWriteFile({
    filename: at('parquet', 'text.parquet'),
    columnData: [{ name: 'text', data, type: 'STRING' }],
    rowGroupSize: 20,
  });
  const tokenizer = await loadTokenizer(at('tokens', 'tokenizer'));
  const options = { blockLength: 4, rowsPerGroup: 2, cacheFolder: at('tokens') };
  (await tokenCorpus(textFromRows(TEXT), tokenizer, options)).close();
  const siblings = ['config.json', 'model.safetensors', 'folder/text.txt'].map((rfilename) => ({
    rfilename,
  }));
  writeFileSync(at('listing', 'listing.json'), JSON.stringify({ sha: 'a'.repeat(40), siblings }));
}

/** One run that is finished, one that was stopped half-way, and a pre-training that was. */
async function makeRuns(at: Place): Promise<void> {
  const datasetPath = at('dataset', 'data.hdf5');
  await startRun({
    algorithm: td3Bc,
    dataset: await readD4rl(datasetPath),
    datasetPath,
    config: { hiddenSize: 4, batchSize: 8 },
    ...{ seed: 1, steps: 20, logEvery: 5, checkpointEvery: 10 },
    evaluation: { environment: 'maze2d-umaze-v1', every: 10, episodes: 2, seed: 3 },
    device: { name: 'cpu', threads: 1 },
    out: at('report'),
    overwrite: false,
  });
  cpSync(at('report', 'checkpoints', 'step-20.safetensors'), at('checkpoint', 'step.safetensors'));
  const estimates = [logEstimateRecord(9), logEstimateRecord(2, { estimator: 'fqe' })];
  writeFileSync(
    at('report', 'log-estimates.jsonl'),
    estimates.map((line) => `${JSON.stringify(line)}\n`).join(''),
  );
  interrupt(at('report'), at('resume'), 20);
  await startPretraining({
    text: {
      sources: [at('txt', 'text.txt')],
      subset: null,
      split: null,
      context: 8,
      heldOut: 0.1,
      shuffleSeed: null,
    },
    tokenizer: 262,
    config: { batchSize: 2, warmupSteps: 1, width: 4, layers: 1, heads: 1 },
    ...{ seed: 1, steps: 4, snapshotEvery: 2, logEvery: 1, checkpointEvery: 2 },
    device: { name: 'cpu', threads: 1 },
    out: at('whole pretraining'),
    overwrite: false,
  });
  interrupt(at('whole pretraining'), at('pretraining'), 4);
}

/** Copies a run and takes away what its last step left. */
function interrupt(run: string, copy: string, lastStep: number): void {
  cpSync(run, copy, { recursive: true });
  for (const name of ['policy.onnx', 'model', `checkpoints/step-${lastStep}.safetensors`]) {
    rmSync(join(copy, name), { recursive: true, force: true });
  }
}

function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

/** Which files of a specimen its reader reads. */
function isMeant(specimen: string, file: string): boolean {
  if (specimen === 'adapter') return !file.startsWith('base');
  if (specimen === 'tokens') return !file.startsWith('tokenizer');
  if (specimen === 'report') return !/^checkpoints|\.onnx$/.test(file);
  if (specimen === 'pretraining') return !file.startsWith('snapshots');
  return true;
}
