// A worker of a pool starts here: see pool/start-worker.ts.
import { parentPort, workerData } from 'node:worker_threads';
import { serveSlots } from './pool/serve-slots';

serveSlots(parentPort!, workerData);
