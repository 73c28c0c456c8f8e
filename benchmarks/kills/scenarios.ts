/** What is killed, how a user goes on after it, and what must then be there. */
import { createHash } from 'node:crypto';
import { cpSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hashDataset, readD4rl, readDataset } from '@lamo/data';

/** A command that may be killed at any moment. Paths are those of a folder of its own. */
export interface Scenario {
  readonly name: string;
  readonly args: readonly string[];
  /** Puts what the command needs into an empty folder. */
  prepare(folder: string): void;
  /** What a user types next; undefined if the command was done all the same. */
  follow(folder: string): readonly string[] | undefined;
  /** What must be equal to that of a command that was never killed. */
  result(folder: string): unknown | Promise<unknown>;
}

const small = ['--hidden-size', '8', '--batch-size', '8', '--threads', '1', '--log-every', '7'];
const train = [
  ...['train', 'td3-bc', '--dataset', 'data.hdf5', '--steps', '60', '--seed', '3', ...small],
  ...[
    '--checkpoint-every',
    '20',
    '--environment',
    'maze2d-umaze-v1',
    '--evaluate-every',
    '30',
    '--episodes',
    '2',
  ],
];
const tiny = ['--width', '8', '--layers', '1', '--heads', '2', '--context', '16', '--vocabulary', '264'];
const pretrain = [
  ...['pretrain', '--text', 'text.txt', '--steps', '30', '--seed', '3', '--threads', '1', ...tiny],
  ...[
    '--batch-size',
    '2',
    '--warmup-steps',
    '2',
    '--log-every',
    '7',
    '--checkpoint-every',
    '10',
    '--snapshot-every',
    '15',
  ],
];

const sft = [
  ...['train', 'sft', '--completions', 'pairs.jsonl', '--initialise-from', 'nano', '--held-out', '0.2'],
  ...['--steps', '30', '--seed', '3', '--threads', '1', '--batch-size', '2', '--warmup-steps', '2'],
  ...['--log-every', '7', '--checkpoint-every', '10', '--snapshot-every', '15'],
];
const gail = [
  ...['train', 'gail', '--completions', 'pairs.jsonl', '--initialise-from', 'nano', '--held-out', '0.2'],
  ...['--steps', '12', '--seed', '3', '--threads', '1', '--batch-size', '2', '--warmup-steps', '2'],
  ...['--own-every', '4', '--log-every', '5', '--checkpoint-every', '5', '--snapshot-every', '6'],
];
const judge = [
  ...['train', 'fqe', '--dataset', 'data.hdf5', '--steps', '60', '--seed', '3', ...small],
  ...['--checkpoint-every', '20', '--estimate-every', '30'],
];
const collect = ['collect', 'maze2d-umaze-v1', '--rows', '600', '--seed', '2', '--out', 'new/maze.hdf5'];
const quickstart = ['quickstart', '--steps', '40', '--rows', '1500', '--episodes', '2', '--threads', '1'];
const policies = ['bc', 'td3-bc', 'dt', 'lamo'];
const evaluate = ['evaluate', 'earlier', '--episodes', '3', '--seed', '5', '--record'];

const prepareLog = ['data', 'prepare', 'log.csv', '--ends', 'truncated', '--out', 'set'];

/**
 * Lists the scenarios.
 *
 * @param material a folder with `data.hdf5`, `text.txt`, `pairs.jsonl`, a finished run `earlier` of another seed, and `set`, prepared of another log
 */
export function scenarios(material: string): Scenario[] {
  const bring =
    (...names: string[]) =>
    (folder: string) => {
      for (const name of names) cpSync(join(material, name), join(folder, name), { recursive: true });
    };
  return [
    ...ofTraining(bring),
    ofJudging(bring, join(material, 'earlier')),
    ...ofPreparing(bring),
    ...ofOtherCommands(bring),
  ];
}

/** Makes what copies files of the material into an empty folder. */
type Bring = (...names: string[]) => Scenario['prepare'];

function ofTraining(bring: Bring): Scenario[] {
  return [
    {
      name: 'train',
      args: [...train, '--out', 'run'],
      prepare: bring('data.hdf5'),
      follow: goOn('train', [...train, '--out', 'run'], 'policy.onnx'),
      result: (folder) => runContents(join(folder, 'run')),
    },
    {
      name: 'train --overwrite',
      args: [...train, '--out', 'earlier', '--overwrite'],
      prepare: bring('data.hdf5', 'earlier'),
      follow: () => [...train, '--out', 'earlier', '--overwrite'],
      result: (folder) => runContents(join(folder, 'earlier')),
    },
    {
      name: 'train --seeds',
      args: [...train, '--seeds', '2', '--out', 'runs', '--resume'],
      prepare: bring('data.hdf5'),
      follow: () => [...train, '--seeds', '2', '--out', 'runs', '--resume'],
      result: (folder) =>
        readdirSync(join(folder, 'runs')).map((run) => runContents(join(folder, 'runs', run))),
    },
    {
      name: 'pretrain',
      args: [...pretrain, '--out', 'model'],
      prepare: bring('text.txt'),
      follow: goOn('pretrain', [...pretrain, '--out', 'model'], 'model'),
      result: (folder) => runContents(join(folder, 'model')),
    },
    {
      name: 'sft',
      args: [...sft, '--out', 'tuned'],
      prepare: bring('pairs.jsonl'),
      follow: goOn('train', [...sft, '--out', 'tuned'], 'model'),
      result: (folder) => runContents(join(folder, 'tuned')),
    },
    {
      name: 'gail',
      args: [...gail, '--out', 'imitator'],
      prepare: bring('pairs.jsonl'),
      follow: goOn('train', [...gail, '--out', 'imitator'], 'model'),
      result: (folder) => runContents(join(folder, 'imitator')),
    },
  ];
}

/** @param policy its path, which a run keeps: that of all folders */
function ofJudging(bring: Bring, policy: string): Scenario {
  const args = [...judge, '--policy', policy, '--out', 'judged'];
  return {
    ...{ name: 'fqe', args, prepare: bring('data.hdf5') },
    follow: goOn('train', args, 'estimate.json'),
    result: (folder) => runContents(join(folder, 'judged')),
  };
}

/** Writes a log of rewards that say which one it is. */
export function writeLog(path: string, reward: number): void {
  const rows = Array.from({ length: 60 }, (_, i) => `${i >> 2},${i / 7},${i % 2},${reward}`);
  writeFileSync(path, ['episode,observation,action,reward', ...rows].join('\n'));
}

function ofPreparing(bring: Bring): Scenario[] {
  const write = (folder: string) => writeLog(join(folder, 'log.csv'), 1);
  return [
    {
      name: 'data prepare',
      args: prepareLog,
      prepare: write,
      follow: () => prepareLog,
      result: prepared,
    },
    {
      name: 'data prepare --overwrite',
      args: [...prepareLog, '--overwrite'],
      prepare: (folder) => {
        write(folder);
        bring('set')(folder);
      },
      follow: (folder) => {
        // Whenever it is killed there is a whole set, the earlier one or the new one.
        const { columns } = JSON.parse(readFileSync(join(folder, 'set/lamo-dataset.json'), 'utf8'));
        for (const { file } of columns) statSync(join(folder, 'set', file));
        return [...prepareLog, '--overwrite'];
      },
      result: prepared,
    },
  ];
}

/** What was prepared, and how many files there are: those of a second one have other names than those that it replaces. */
async function prepared(folder: string): Promise<unknown> {
  const set = join(folder, 'set');
  return { hash: hashDataset(await readDataset(set)), files: readdirSync(set).length };
}

function ofOtherCommands(bring: Bring): Scenario[] {
  return [
    {
      name: 'collect',
      args: collect,
      prepare: () => {},
      follow: (folder) => (existsSync(join(folder, 'new/maze.hdf5')) ? undefined : collect),
      result: collected,
    },
    {
      name: 'evaluate',
      args: evaluate,
      prepare: bring('earlier'),
      follow: () => evaluate,
      result: (folder) => ({
        ...runContents(join(folder, 'earlier')),
        // Killed after its line was written, the same evaluation stands there twice.
        'evaluations.jsonl': distinctLines(join(folder, 'earlier/evaluations.jsonl')),
      }),
    },
    {
      name: 'quickstart',
      args: quickstart,
      prepare: () => {},
      follow: (folder) => (existsSync(join(folder, 'lamo-quickstart/summary.json')) ? undefined : quickstart),
      result: (folder) => ({
        files: readdirSync(join(folder, 'lamo-quickstart')).filter((file) => !VARYING.includes(file)),
        runs: ['maze2d-umaze-v1', 'halfcheetah-v4'].flatMap((environment) =>
          policies.map((name) => runContents(join(folder, 'lamo-quickstart/runs', environment, name))),
        ),
      }),
    },
  ];
}

/** Resumes a run that has begun, and starts one that has not. */
function goOn(command: string, args: readonly string[], lastFile: string): Scenario['follow'] {
  const run = args.at(-1)!;
  return (folder) => {
    if (!existsSync(join(folder, run, 'manifest.json'))) return args;
    return existsSync(join(folder, run, lastFile)) ? undefined : [command, '--resume', run];
  };
}

/** What was collected: the file itself says when it was made, and differs each time. */
async function collected(folder: string): Promise<unknown> {
  const hash = hashDataset(await readD4rl(join(folder, 'new/maze.hdf5')));
  return { files: Object.keys(runContents(join(folder, 'new'))), hash };
}

function distinctLines(path: string): string[] {
  return [...new Set(readFileSync(path, 'utf8').split('\n'))];
}

/** Files that say when, where and how fast a run was made, and a lock whose process is gone; all others follow from its seed. */
const VARYING = ['manifest.json', 'timing.jsonl', 'lock.json'];

function runContents(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true }).map(String).sort();
  const kept = files.filter((file) => !VARYING.includes(file) && statSync(join(folder, file)).isFile());
  return Object.fromEntries(
    kept.map((file) => [
      file,
      createHash('sha256')
        .update(readFileSync(join(folder, file)))
        .digest('hex'),
    ]),
  );
}
