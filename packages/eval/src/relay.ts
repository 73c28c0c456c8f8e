// The thread between an environment and its process starts here: see gymnasium/relay-lines.ts.
import { workerData } from 'node:worker_threads';
import { relayLines } from './gymnasium/relay-lines';

relayLines(workerData);
