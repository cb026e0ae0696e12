import { z } from 'zod';

/** The schemas of what a cutover calls outside of itself: gates of the team's own, and hooks. */

export const calledName = z
  .string('a name')
  .regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, 'lower-case letters, digits and hyphens, at most 63');

/** A command and its arguments, for no shell. */
export const calledCommand = z
  .array(z.string('an argument'), 'a list: a command and its arguments')
  .min(1, 'a command, then its arguments');
