import { ZeroshiftError } from '../../lib/messages/error.ts';

/** The error that this throws; anything but an answer to a user's mistake, or none at all, fails the test. */
export function refusal(make: () => unknown): ZeroshiftError {
  try {
    make();
  } catch (error) {
    if (error instanceof ZeroshiftError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}
