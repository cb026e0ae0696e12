import { z } from 'zod';
import { calledCommand, calledName } from './called-schema.ts';
import type { Duration } from './duration.ts';

/** The schema of what the target must prove: `cutover-gates.ts` says what it means. */
export const gatesSchema = <Time extends z.ZodType<Duration>>(
  duration: (fallback: string, most: string) => Time,
  whole: (least: number, most: number) => z.ZodType<number, number>,
  number: (least: number, most: number) => z.ZodType<number, number>,
) => {
  const limit = z.number('a number').exactOptional();
  const web = (what: string) => z.url({ protocol: /^https?$/, error: what });
  const token = z
    .union(
      [
        z.strictObject({ env: z.string().regex(/^[A-Za-z_]\w*$/, 'the name of a variable') }),
        z.strictObject({ file: z.string().min(1, 'the path of a file') }),
      ],
      'either { env } or { file }: the name of a variable, or the path of a file',
    )
    .exactOptional();
  const own = z
    .strictObject({
      name: calledName,
      run: calledCommand.exactOptional(),
      url: web('an http or https URL').exactOptional(),
      pointer: z
        .string('a JSON Pointer')
        .regex(/^(\/([^~]|~[01])*)*$/, 'a JSON Pointer such as /data/errors')
        .exactOptional(),
      prometheus: z
        .strictObject({
          url: web('the URL of a Prometheus server'),
          query: z.string('a query').min(1, 'a query of Prometheus'),
          token,
        })
        .exactOptional(),
      least: limit,
      most: limit,
      timeout: duration('10s', '1m'),
    })
    .refine(
      ({ run, url, prometheus }) => [run, url, prometheus].filter((one) => one !== undefined).length === 1,
      'exactly one of run, url, prometheus',
    )
    .refine(({ pointer, url }) => pointer === undefined || url !== undefined, 'pointer together with url')
    .refine(
      ({ pointer, prometheus, least, most }) =>
        (pointer !== undefined || prometheus !== undefined) === (least !== undefined || most !== undefined),
      'least, most or both where there is a number: with pointer and prometheus, and only there',
    );
  return z.strictObject({
    falseAlarm: number(0.000001, 0.5).prefault(0.01),
    minSuccessRate: number(0, 1).prefault(0.999),
    maxErrorRatio: number(1, 100).prefault(2),
    errorFloor: number(0, 1).prefault(0.0005),
    maxLatencyRatio: number(1, 100).prefault(1.5),
    latencyFloor: duration('50ms', '10m'),
    shareTolerance: number(0, 100).prefault(10),
    minSamples: whole(1, 1_000_000).prefault(100),
    probes: z
      .union(
        [
          z.literal('off'),
          z.strictObject({
            perSecond: number(0.1, 1_000).prefault(4),
            most: whole(1, 100_000).prefault(1_000),
          }),
        ],
        'either "off" or { perSecond, most }',
      )
      .prefault({}),
    balancers: z.enum(['cloudwatch', 'off'], '"cloudwatch" or "off"').prefault('cloudwatch'),
    prometheus: z
      .strictObject({
        url: web('the URL of a Prometheus server'),
        selector: z.string('matchers').min(1, 'matchers such as cluster="shop-{colour}"'),
        by: z.string('a label').min(1, 'a label').exactOptional(),
        token,
      })
      .exactOptional(),
    own: z
      .array(own, 'a list of gates')
      .refine((gates) => new Set(gates.map(({ name }) => name)).size === gates.length, 'each name once')
      .prefault([]),
  });
};
