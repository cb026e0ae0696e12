import { z } from 'zod';
import { calledCommand, calledName } from './called-schema.ts';
import type { Duration } from './duration.ts';

/** The schema of what people, or their tools, take part in: `cutover-hands.ts` says what it means. */
export const handsOnFields = <Time extends z.ZodType<Duration>>(
  duration: (fallback: string, most: string) => Time,
) => {
  const stepNames = z.array(z.string('the name of a step'), 'a list of names of steps');
  const hook = z
    .strictObject({
      name: calledName,
      run: calledCommand.exactOptional(),
      url: z.url({ protocol: /^https?$/, error: 'an http or https URL' }).exactOptional(),
      steps: stepNames.exactOptional(),
      when: z
        .array(z.enum(['before', 'after'], '"before" or "after"'), 'a list')
        .min(1, 'at least one of before and after')
        .prefault(['before', 'after']),
      timeout: duration('30s', '1h'),
    })
    .refine(({ run, url }) => (run === undefined) !== (url === undefined), 'exactly one of run, url');
  return {
    maxLag: duration('2m', '1d'),
    approvals: stepNames.prefault([]),
    hooks: z.array(hook, 'a list of hooks').prefault([]),
    waves: z
      .array(
        z.array(z.string('a region'), 'a list of regions').min(1, 'at least one region'),
        'a list of lists of regions',
      )
      .min(1, 'at least one wave')
      .exactOptional(),
    waveBake: duration('15m', '24d'),
  };
};
