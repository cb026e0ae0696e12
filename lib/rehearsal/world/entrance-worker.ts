// The module that an entrance's thread runs, before a cluster that is not the rehearsal's own.
import { workerData } from 'node:worker_threads';
import { type EntrancePartProps, entrancePart } from './entrance-part.ts';
import { servePart } from './serve-part.ts';

await servePart(() => entrancePart(workerData as EntrancePartProps));
