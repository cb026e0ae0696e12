import type { LiveOptions } from '../options.ts';
import type { Output } from '../output.ts';
import { tellCutover } from '../tell-cutover.ts';

/** `zeroshift pause`: no step goes on until `resume`. */
export const pauseVerb = (output: Output, options: LiveOptions): Promise<number> =>
  tellCutover(output, options, 'pause');
