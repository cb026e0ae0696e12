import { type Problem, ZeroshiftError } from '../messages/error.ts';

/** The error that names every mistake of a fleet. */
export const invalidFleet = (problems: readonly Problem[]): ZeroshiftError =>
  new ZeroshiftError(
    problems.length === 1 ? 'the fleet has a mistake' : `the fleet has ${problems.length} mistakes`,
    {
      code: 'fleet.invalid',
      source: 'user',
      problems,
      action: 'mend the fields named above and run it again',
    },
  );
