import { type Problem, ZeroshiftError } from '../lib/messages/error.ts';

/** Refuses a fleet whose fields contradict each other. @throws ZeroshiftError `fleet.invalid` if there are problems */
export function refuseMistakes(problems: readonly Problem[]): void {
  if (problems.length === 0) return;
  throw new ZeroshiftError(
    problems.length === 1 ? 'the fleet has a mistake' : `the fleet has ${problems.length} mistakes`,
    {
      code: 'fleet.invalid',
      source: 'user',
      problems,
      action: 'mend the fields named above and run it again',
    },
  );
}
