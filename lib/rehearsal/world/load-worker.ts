// The module that a load's thread runs; `startLoadInWorker` is given its URL.
import { parentPort, workerData } from 'node:worker_threads';
import { type PlainLoadOptions, serveLoad } from '../load/index.ts';

if (parentPort === null) throw new Error('load-worker runs in a worker thread only');
await serveLoad(parentPort, workerData as PlainLoadOptions);
