import type { LiveOptions } from '../options.ts';
import type { Output } from '../output.ts';
import { tellCutover } from '../tell-cutover.ts';

/** `zeroshift approve [STEP]`: approves the step that waits for it, or one that is named. */
export const approveVerb = (output: Output, options: LiveOptions, step?: string): Promise<number> =>
  tellCutover(output, options, 'approve', step);
