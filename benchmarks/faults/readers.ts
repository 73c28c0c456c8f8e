/** Reads each kind of file as the product does, uses what was read, and complains of what should not have been accepted. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { findAlgorithm, loadResult, openPolicyFile, savedData, trainingHeader } from '@lamo/algos';
import type { Dataset } from '@lamo/core';
import {
  createDataset,
  type DatasetInput,
  describeDataset,
  openRepository,
  openText,
  readBehaviourPolicy,
  readD4rl,
  readDataset,
  readLog,
  returnsToGo,
  textFromRows,
  tokenCorpus,
  transitions,
} from '@lamo/data';
import {
  addPeftAdapters,
  loadGpt2,
  loadTokenizer,
  loadWeights,
  mergeLora,
  parsePeftConfig,
} from '@lamo/models';
import { loadCheckpoint, openDevice, type Tree, treeLeaves } from '@lamo/runtime';
import { readRun, renderReport, resumeRun } from '../../packages/cli/src/index';
import { wordPolicy } from '../../packages/cli/src/run/word-policy';
import { answerOf } from '../../packages/cli/src/serve/answer-of';
import { describeSchemas } from '../../packages/cli/src/serve/describe-schemas';
import { exampleObservation } from '../../packages/cli/src/serve/example-observation';
import { RequestError } from '../../packages/cli/src/serve/request-error';
import { requestSchemas } from '../../packages/cli/src/serve/request-schema';

/** Something was accepted that no program may go on with. */
export class Accepted extends Error {}

/** Reads the specimen in a folder. */
export type Reader = (folder: string) => Promise<void>;

export const TEXT = ['the cat sees a bird\n', 'a dog hears the cat\n', 'and the bird sings\n'];

/** Files and folders that `readDataset` reads; each is in a specimen of its own name. */
export const OTHERS = [
  ...['protocol-2.pkl', 'protocol-5.pkl', 'lists.pkl', 'stored.npz', 'deflated.npz', 'ogbench.npz'],
  ...['minari-hdf5', 'minari-arrow'],
];

/** Logs of one's own, by the names of their files; each is in a specimen of its own name. */
export const LOGS = ['log.csv', 'log.csv.gz', 'log.jsonl', 'log.parquet'];

function checkDataset(dataset: Dataset): void {
  for (const name of ['observations', 'actions', 'rewards', 'terminated', 'truncated'] as const) {
    checkFinite(name, dataset[name]);
  }
  if (dataset.episodeEnds.at(-1) !== dataset.size) throw new Accepted('episodes do not cover the rows');
  checkFinite('returnsToGo', returnsToGo(dataset.rewards, dataset.episodeEnds));
  describeDataset(dataset);
  transitions(dataset);
}

/** By the name of the specimen that they read. */
export const readers: Readonly<Record<string, Reader>> = {
  dataset: async (folder) => checkDataset(await readD4rl(join(folder, 'data.hdf5'))),

  ...Object.fromEntries(
    OTHERS.map((name) => [
      name,
      async (folder: string) => checkDataset(await readDataset(join(folder, name))),
    ]),
  ),

  ...Object.fromEntries(
    LOGS.map((name) => [
      name,
      async (folder: string) =>
        checkDataset((await readLog(join(folder, name), { ends: 'truncated' })).dataset),
    ]),
  ),

  lerobot: async (folder) => checkDataset(await readDataset(folder)),

  async 'policy.onnx'(folder) {
    const policy = await openPolicyFile(join(folder, 'policy.onnx'));
    try {
      wordPolicy(policy.description);
      const { size } = policy.description.observation;
      const { actions } = await policy.run({ observations: new Float32Array(size).fill(0.5) }, 1);
      if (actions.length !== policy.description.action.size) throw new Accepted(`${actions.length} actions`);
      answerOf(policy.description, new Float32Array(size), { actions });
      describeSchemas(requestSchemas(policy.description), false);
      exampleObservation(policy.description);
    } catch (error) {
      // Weights have no checksum: that a policy has no action is answered by whoever serves it.
      if (!(error instanceof RequestError)) throw error;
    } finally {
      await policy.dispose();
    }
  },

  async 'behaviour policy'(folder) {
    const { layers } = await readBehaviourPolicy(join(folder, 'data.hdf5'));
    for (const [name, { weight, bias, inputSize, outputSize }] of Object.entries(layers)) {
      checkFinite(`${name}.weight`, weight);
      checkFinite(`${name}.bias`, bias);
      const isWhole = weight.length === inputSize * outputSize && bias.length === outputSize;
      if (!isWhole) throw new Accepted(`a layer ${name} without all of its numbers`);
    }
  },

  async checkpoint(folder) {
    const checkpoint = loadCheckpoint(join(folder, 'step.safetensors'));
    const algorithm = findAlgorithm(trainingHeader(checkpoint).algorithm);
    const device = await openDevice('cpu', { threads: 1 });
    const policy = await loadResult(algorithm, checkpoint, device);
    policy.reset(1);
    const actions = await policy.act(
      new Float32Array(savedData(checkpoint, algorithm).spec.observationSize),
      new Float32Array(1),
    );
    await policy.dispose();
    checkFinite('actions', actions);
  },

  async gpt2(folder) {
    checkTree((await loadGpt2(folder, { offline: true })).parameters);
  },

  async adapter(folder) {
    const base = await loadGpt2(join(folder, 'base'), { offline: true });
    const { config, tensors } = await loadWeights(folder, { kind: 'adapter', offline: true });
    const settings = parsePeftConfig(config);
    const adapted = addPeftAdapters(base.parameters as never, tensors, settings);
    checkTree(mergeLora(adapted, settings.alpha));
  },

  async tokenizer(folder) {
    const { encode, decode, vocabularySize } = await loadTokenizer(folder, { offline: true });
    const ids = encode(TEXT.join(''));
    const isId = (id: number) => Number.isInteger(id) && id >= 0 && id < vocabularySize;
    if (!ids.every(isId)) throw new Accepted(`ids outside of the vocabulary of ${vocabularySize}: ${ids}`);
    decode(ids);
  },

  txt: (folder) => readText(join(folder, 'text.txt')),
  'txt.gz': (folder) => readText(join(folder, 'text.txt.gz')),
  jsonl: (folder) => readText(join(folder, 'text.jsonl')),
  parquet: (folder) => readText(join(folder, 'text.parquet')),

  async tokens(folder) {
    const tokenizer = await loadTokenizer(join(folder, 'tokenizer'), { offline: true });
    const text = textFromRows(TEXT);
    const corpus = await tokenCorpus(text, tokenizer, {
      blockLength: 4,
      rowsPerGroup: 2,
      cacheFolder: folder,
    });
    const block = new Float32Array(4);
    for (let i = 0; i < corpus.blocks; i++) {
      corpus.read(i, block);
      const isId = (id: number) => Number.isInteger(id) && id >= 0 && id < tokenizer.vocabularySize;
      if (!block.every(isId)) throw new Accepted(`ids outside of the vocabulary: ${block}`);
    }
    corpus.close();
  },

  async listing(folder) {
    const answer = readFileSync(join(folder, 'listing.json'));
    const server = createServer((_, response) => response.end(answer));
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      const options = { endpoint, cacheFolder: join(folder, 'cache'), token: '', offline: false };
      const { files } = await openRepository('owner/name', { ...options, retries: 1, retryDelay: 1 });
      if (files.some((file) => file.split('/').includes('..'))) throw new Accepted(`files outside: ${files}`);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  },

  async report(folder) {
    const page = await renderReport([readRun(folder)], new Date(0));
    // What a page quotes of a damaged file, and names of environments, are words and not figures.
    const text = page
      .replace(/<style>[\s\S]*?<\/style>/g, '')
      .replace(/[Rr]eceived .*?(Remove the line|Restore|<)/g, '$1')
      .replaceAll(/&quot;NaN&quot;|(environment|returns for) (NaN|Infinity)/g, '')
      .replace(/<(title|h1|h2)>.*?<\/\1>/g, '');
    const found = /<script|\bNaN\b|\bInfinity\b|\bundefined\b|\[object /i.exec(text);
    if (found) throw new Accepted(`a report with ${found[0]}: …${around(text, found.index)}…`);
  },

  async resume(folder) {
    await resumeRun(folder);
  },

  async pretraining(folder) {
    await resumeRun(folder);
  },

  async rows(folder) {
    const columns = parse(readFileSync(join(folder, 'rows.json'), 'utf8'));
    if (columns === undefined) return; // the caller's own parser has refused it
    const dataset = createDataset(columns as DatasetInput);
    for (const name of ['observations', 'actions', 'rewards'] as const) checkFinite(name, dataset[name]);
    if (dataset.nextObservations) checkFinite('nextObservations', dataset.nextObservations);
  },
};

async function readText(path: string): Promise<void> {
  for await (const row of (await openText(path)).rows()) {
    if (typeof row !== 'string') throw new Accepted(`a row that is ${typeof row}`);
  }
}

function checkTree(tree: unknown): void {
  for (const leaf of treeLeaves(tree as Tree<{ data: ArrayLike<number> }>)) checkFinite('weights', leaf.data);
}

function checkFinite(name: string, values: ArrayLike<number>): void {
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) throw new Accepted(`${name}[${i}] is ${values[i]}`);
  }
}

function around(text: string, index: number): string {
  return text.slice(Math.max(0, index - 60), index + 60).replaceAll('\n', ' ');
}

function parse(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
