import { statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import { LamoError } from '@lamo/core';

/** Milliseconds that a file may take, and one more for every hundred kilobytes: an episode takes a few. */
const PATIENCE = 6_000;

/** Megabytes that the description of a file's columns may take. */
const MEMORY = 512;

/**
 * Opens Arrow files in a thread, one after another, before they are opened here: the library believes every count in them, and a changed byte can make
 * it count to two thousand million. Numbers are not copied, so this takes little time.
 *
 * @throws LamoError `damaged-file` for a file on which the thread does not come to an end; what it merely refuses is left to whoever reads it
 */
export async function checkArrow(paths: readonly string[]): Promise<void> {
  const library = createRequire(import.meta.url).resolve('@uwdata/flechette');
  const worker = new Worker(PROGRAM, {
    eval: true,
    workerData: { library, paths },
    resourceLimits: { maxOldGenerationSizeMb: MEMORY },
  });
  try {
    await answers(worker, paths);
  } finally {
    await worker.terminate();
  }
}

/** One message for each file. */
const PROGRAM = `
  const { parentPort, workerData } = require('node:worker_threads');
  const { readFileSync } = require('node:fs');
  const { tableFromIPC } = require(workerData.library);
  for (const path of workerData.paths) {
    try { tableFromIPC(new Uint8Array(readFileSync(path))); } catch {}
    parentPort.postMessage(path);
  }
  setInterval(() => {}, 1000);`;

/** Waits for an answer about each file, for so long for each. */
function answers(worker: Worker, paths: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    let done = 0;
    let timer: NodeJS.Timeout | undefined;
    const fail = (received: string) => {
      clearTimeout(timer);
      reject(endless(paths[done]!, received));
    };
    const wait = () => {
      clearTimeout(timer);
      if (done === paths.length) resolve();
      else timer = setTimeout(fail, PATIENCE + statSync(paths[done]!).size / 1e5, 'no end');
    };
    worker.on('message', () => {
      done++;
      wait();
    });
    worker.on('error', ({ message }) => fail(message));
    worker.on('exit', () => done < paths.length && fail('its reader ended'));
    wait();
  });
}

function endless(path: string, received: string): LamoError {
  return new LamoError({
    where: 'data/arrow',
    code: 'damaged-file',
    problem: `${path} cannot be read as Arrow`,
    received,
    hint: 'Download or copy it again.',
  });
}
