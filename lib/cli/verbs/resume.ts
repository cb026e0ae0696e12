import type { LiveOptions } from '../options.ts';
import type { Output } from '../output.ts';
import { tellCutover } from '../tell-cutover.ts';

/** `zeroshift resume`: lets a paused cutover go on. */
export const resumeVerb = (output: Output, options: LiveOptions): Promise<number> =>
  tellCutover(output, options, 'resume');
