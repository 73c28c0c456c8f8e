/**
 * Reads the text of a Parquet file for a parent process, so that a file on which the library runs forever or out of memory only ends
 * this process. Arguments: path, name of the column, bytes of memory and seconds of
 * CPU time per message that it may use. Each message of the parent is answered
 * with `{ rows }`, an empty list at the end, `{ columns }` if there is no column of text, or `{ damage }`.
 *
 * Plain JavaScript: it must start the same way from the sources and from a build.
 */
import { Worker } from 'node:worker_threads';
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';

const [path, column, mostBytes, mostSeconds] = /** @type {[string, string, string, string]} */ (
  process.argv.slice(2)
);

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

async function* batches() {
  const file = await asyncBufferFromFile(path);
  const metadata = await parquetMetadataAsync(file);
  const columns = metadata.schema.slice(1).filter((element) => element.num_children === undefined);
  if (columns.find(({ name }) => name === column)?.type !== 'BYTE_ARRAY') {
    yield { columns: columns.map(({ name, type }) => `\`${name}\` (${type})`) };
    return;
  }
  let rowStart = 0;
  for (const group of metadata.row_groups) {
    const rowEnd = rowStart + Number(group.num_rows);
    const range = { rowStart, rowEnd, columns: [column] };
    const rows = await parquetReadObjects({ file, metadata, compressors, ...range });
    if (rows.length !== rowEnd - rowStart) {
      throw new Error(`a group of ${rowEnd - rowStart} rows has ${rows.length}`);
    }
    /** @type {string[]} */
    let batch = [];
    let characters = 0;
    for (const row of rows) {
      const text = row[column] ?? '';
      batch.push(text);
      characters += text.length;
      if (batch.length < BATCH && characters < BATCH_CHARACTERS) continue;
      yield { rows: batch };
      batch = [];
      characters = 0;
    }
    if (batch.length > 0) yield { rows: batch };
    rowStart = rowEnd;
  }
  yield { rows: [] };
}

const all = batches();
process.on('message', async () => {
  Atomics.add(messages, 0, 1);
  try {
    process.send?.((await all.next()).value ?? { rows: [] });
  } catch (error) {
    process.send?.({ damage: error instanceof Error ? error.message : String(error) });
  }
});
