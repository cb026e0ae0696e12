// The module that a cluster's thread runs.
import { workerData } from 'node:worker_threads';
import { type ClusterPartProps, clusterPart } from './parts.ts';
import { servePart } from './serve-part.ts';

await servePart(() => clusterPart(workerData as ClusterPartProps));
