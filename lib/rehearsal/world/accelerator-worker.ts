// The module that the accelerator's thread runs.
import { workerData } from 'node:worker_threads';
import { type AcceleratorPartProps, acceleratorPart } from './parts.ts';
import { servePart } from './serve-part.ts';

await servePart(() => acceleratorPart(workerData as AcceleratorPartProps));
