/**
 * Reads rows of a Parquet file for a parent process, so that a file on which the library runs forever or out of memory only ends
 * this process. Arguments: path, bytes of memory and seconds of CPU time per message that it may use. The first message of the parent is answered with
 * `{ columns }`, what there is; the second has the names of those that it wants. It, and each further one, is answered with `{ rows, sizes }`, an
 * empty list at the end. Instead of any answer there may be `{ damage }`.
 *
 * Plain JavaScript: it must start the same way from the sources and from a build.
 */
import { Worker } from 'node:worker_threads';
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects, parquetSchema } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';

const [path, mostBytes, mostSeconds] = /** @type {[string, string, string]} */ (process.argv.slice(2));

/** Rows per message, and characters after which no further row is added: more would only wait in memory. */
const BATCH = 1000;
const BATCH_CHARACTERS = 1 << 22;

/** How many messages have come, for the guard. */
const messages = new Int32Array(new SharedArrayBuffer(4));

// A thread of its own, because the main one may be stuck in a loop. It limits memory and time, and ends the process if the parent is gone. It
// counts CPU time, not waiting: a busy machine, or one that slept, is not the file's fault.
const guard = `
  const { workerData } = require('node:worker_threads');
  const parent = process.ppid;
  const computed = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1e6; };
  let [message, start] = [0, computed()];
  setInterval(() => {
    if (workerData[0] !== message) [message, start] = [workerData[0], computed()];
    const tooMuch = process.memoryUsage.rss() > ${Number(mostBytes)} || computed() - start > ${Number(mostSeconds)};
    if (tooMuch || process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
  }, 20);`;
new Worker(guard, { eval: true, workerData: messages }).unref();

// Ctrl-C is for the parent, which then ends this process.
process.on('SIGINT', () => {});
process.on('disconnect', () => process.exit());

/** @param {import('hyparquet').SchemaTree['element']} element */
function describe({ name, type, converted_type: converted }) {
  const isText = type === 'BYTE_ARRAY' && (converted === undefined || converted === 'UTF8');
  return { name, type: type ?? 'group', isText };
}

/**
 * A value as JSON has it.
 *
 * @param {unknown} value
 * @returns {unknown}
 */
function plain(value) {
  // Two numbers that JSON would round to the same one, such as ids, stay apart as texts.
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (ArrayBuffer.isView(value)) return Array.from(/** @type {any} */ (value), plain);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value ?? null;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, plain(part)]));
}

/**
 * The characters of a value, about; a number counts as eight.
 *
 * @param {unknown} value
 * @returns {number}
 */
function sizeOf(value) {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 8;
  return Object.values(value).reduce((sum, part) => sum + sizeOf(part), 8);
}

/** @returns {AsyncGenerator<object, void, string[]>} */
async function* answers() {
  const file = await asyncBufferFromFile(path);
  const metadata = await parquetMetadataAsync(file);
  const wanted = yield { columns: parquetSchema(metadata).children.map(({ element }) => describe(element)) };
  let rowStart = 0;
  for (const group of metadata.row_groups) {
    const rowEnd = rowStart + Number(group.num_rows);
    const range = { rowStart, rowEnd, columns: wanted };
    const found = await parquetReadObjects({ file, metadata, compressors, ...range });
    if (found.length !== rowEnd - rowStart) {
      throw new Error(`a group of ${rowEnd - rowStart} rows has ${found.length}`);
    }
    let [rows, sizes] = [/** @type {unknown[]} */ ([]), /** @type {number[]} */ ([])];
    let characters = 0;
    for (const one of found) {
      const row = wanted.map((name) => plain(one[name]));
      const size = row.reduce((/** @type {number} */ sum, value) => sum + sizeOf(value), 0);
      rows.push(row);
      sizes.push(size);
      characters += size;
      if (rows.length < BATCH && characters < BATCH_CHARACTERS) continue;
      yield { rows, sizes };
      [rows, sizes, characters] = [[], [], 0];
    }
    if (rows.length > 0) yield { rows, sizes };
    rowStart = rowEnd;
  }
  yield { rows: [], sizes: [] };
}

const all = answers();
process.on('message', async (message) => {
  Atomics.add(messages, 0, 1);
  try {
    process.send?.((await all.next(/** @type {string[]} */ (message))).value ?? { rows: [], sizes: [] });
  } catch (error) {
    process.send?.({ damage: error instanceof Error ? error.message : String(error) });
  }
});
