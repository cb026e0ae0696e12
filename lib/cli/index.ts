/**
 * The command line: parses, calls what does the work, and renders. One file a verb. Nothing that a program could
 * want to call belongs here.
 */
export { main } from './main.ts';
