/**
 * The rehearsal: a whole cutover on one machine. The world it runs in (accelerator, clusters, load) stands in rooms of
 * its own below; here is what plays a cutover in it and reports what came of it.
 */
export { type ChosenContexts, chooseContexts } from './contexts/index.ts';
export { stateDirectory } from './cutover-run.ts';
export { type Fault, faults } from './fault.ts';
export { type RehearsalProps, rehearse } from './rehearse.ts';
export { inProcess, inThreads, type StartPart, startWorld, type World } from './world/index.ts';
