/** The command `npm run clusters`: words in, lines out. What it does belongs in `../lane`. */
export { clusterCommand } from './cluster-command.ts';
export { defaultKnative } from './words.ts';
