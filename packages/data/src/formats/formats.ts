import { isTable } from '../log/open-table';
import { readLog } from '../log/read-log';
import { isPrepared, readPrepared } from '../prepared/read-prepared';
import { readD4rl } from '../read-d4rl';
import { type DatasetFormat, notRead, STORED_APART } from './dataset-format';
import { isMinari, readMinari } from './minari/read-minari';
import { isNpz, readNpz } from './npz/read-npz';
import { isPickle, readPickle } from './pickle/read-pickle';
import type { Place } from './place';
import { isD3rlpy, readD3rlpy } from './read-d3rlpy';
import { isLerobot, readLerobot } from './read-lerobot';
import { isRobomimic, readRobomimic } from './read-robomimic';

const PYTHON =
  'Convert it in Python to one of the formats that are read; docs/guide/your-own-data.md lists them.';

const SAYS_ITSELF = 'how it was read was said when it was prepared';

const has = ({ entries = [] }: Place, ...names: readonly string[]) =>
  names.every((name) => entries.includes(name));

const contains = ({ entries = [] }: Place, pattern: RegExp) => entries.some((name) => pattern.test(name));

/**
 * The formats of datasets, the first that recognises a place reads it. HDF5 in no other layout is D4RL's: its reader says what is missing.
 */
export const DATASET_FORMATS: readonly DatasetFormat[] = [
  {
    name: 'a prepared dataset',
    recognises: isPrepared,
    unused: {
      maxEpisodeSteps: SAYS_ITSELF,
      stepCounting: SAYS_ITSELF,
      continuing: SAYS_ITSELF,
      infos: SAYS_ITSELF,
      actionSpace: SAYS_ITSELF,
      observationSpace: SAYS_ITSELF,
      observationParts: SAYS_ITSELF,
      log: SAYS_ITSELF,
    },
    read: (path, { onLog, name }) => readPrepared(path, { onLog, name }),
  },
  notRead(
    'RLDS (TensorFlow Datasets)',
    (place) =>
      has(place, 'features.json') ||
      contains(place, /\.(tfrecord|array_record)\b/) ||
      /\.(tfrecord|array_record)\b/i.test(place.path),
    PYTHON,
  ),
  notRead(
    'Hugging Face datasets (Arrow)',
    (place) => has(place, 'dataset_info.json') || has(place, 'dataset_dict.json') || has(place, 'state.json'),
    "Save it as Parquet: `datasets.load_from_disk('FOLDER')['train'].to_parquet('data.parquet')` in Python.",
  ),
  notRead(
    'Zarr',
    (place) => place.ending === '.zarr' || has(place, '.zgroup') || has(place, 'zarr.json'),
    "Save its arrays as NPZ: `numpy.savez_compressed('data.npz', **{key: group[key][:] for key in group})` in Python.",
  ),
  notRead(
    'Dopamine (DQN replay)',
    (place) => contains(place, /^\$store\$_/) || /\$store\$_/.test(place.path),
    PYTHON,
  ),
  notRead(
    'PyTorch',
    ({ ending }) => ['.pt', '.pth'].includes(ending),
    "Save its arrays as NPZ: `numpy.savez_compressed('data.npz', observations=..., actions=...)` in Python.",
  ),
  notRead(
    'MATLAB',
    ({ ending, start, hdf5Keys }) =>
      (ending === '.mat' && hdf5Keys === undefined) || start?.toString('latin1', 0, 10) === 'MATLAB 5.0',
    'Save its arrays as HDF5, transposed: MATLAB stores dimensions the other way round.',
  ),
  {
    name: 'NPZ, as D4RL or OGBench',
    recognises: isNpz,
    unused: { observationParts: 'its observations are one array' },
    read: readNpz,
  },
  {
    name: 'trajectories of Decision Transformer or LaMo (pickle)',
    recognises: isPickle,
    unused: { observationParts: 'its observations are one array' },
    read: readPickle,
  },
  { name: 'Minari', recognises: isMinari, unused: STORED_APART, read: readMinari },
  {
    name: 'd3rlpy',
    recognises: isD3rlpy,
    unused: { observationParts: 'its observations are read as they are' },
    read: readD3rlpy,
  },
  { name: 'robomimic', recognises: isRobomimic, unused: STORED_APART, read: readRobomimic },
  { name: 'LeRobot', recognises: isLerobot, unused: STORED_APART, read: readLerobot },
  {
    name: "a log of one's own (CSV, JSON lines, Parquet)",
    recognises: ({ path, entries }) => entries === undefined && isTable(path),
    hasColumns: true,
    unused: {
      maxEpisodeSteps: 'name the column that says where episodes end',
      stepCounting: 'there is no limit to count against',
      infos: 'columns are only read if they are named',
      observationParts: 'name the columns that are observed',
      observationSpace: 'its columns say what is observed',
    },
    read: async (path, { log, onLog, ...options }) => {
      const reading = await readLog(path, { ...log, ...options });
      onLog?.(reading);
      return reading.dataset;
    },
  },
  {
    name: 'D4RL (HDF5)',
    recognises: ({ ending, hdf5Keys }) => hdf5Keys !== undefined || ['.hdf5', '.h5'].includes(ending),
    unused: { observationParts: 'its observations are one array' },
    read: readD4rl,
  },
];
