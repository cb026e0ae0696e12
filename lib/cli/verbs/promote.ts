import type { LiveOptions } from '../options.ts';
import type { Output } from '../output.ts';
import { tellCutover } from '../tell-cutover.ts';

/** `zeroshift promote [STEP]`: cuts the bake of the step short that it is in, or that is named; its gates decide all the same. */
export const promoteVerb = (output: Output, options: LiveOptions, step?: string): Promise<number> =>
  tellCutover(output, options, 'promote', step);
