import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type KnativeServiceProps,
  neededSettings,
  renderService,
  serviceProblems,
} from '../../../constructs/service/index.ts';
import { servingContext, validateObject } from '../../../lib/validation/index.ts';

const label = fc.stringMatching(/^[a-z]([-a-z0-9]{0,20}[a-z0-9])?$/);
const amount = fc.constantFrom('100m', '1', '64Mi', '1Gi', '0.5');
const seconds = (least: number, most: number) =>
  fc.integer({ min: least, max: most }).map((value) => `${value}s`);

const scaling = fc
  .record(
    {
      min: fc.integer({ min: 0, max: 3 }),
      max: fc.integer({ min: 3, max: 50 }),
      initial: fc.integer({ min: 0, max: 3 }),
      window: seconds(6, 3600),
      scaleDownDelay: seconds(0, 3600),
      target: fc.integer({ min: 1, max: 1000 }),
    },
    { requiredKeys: [] },
  )
  .map((value) => value as NonNullable<KnativeServiceProps['scaling']>);

const traffic = (name: string) =>
  fc.integer({ min: 0, max: 100 }).map((percent) => [
    { revision: `${name}-00001`, percent },
    { latest: true as const, percent: 100 - percent, tag: 'next' },
  ]);

const service = label.chain((name) =>
  fc.record(
    {
      name: fc.constant(name),
      namespace: label,
      image: fc.constantFrom('ghcr.io/team/app:1.0', 'busybox', `team/app@sha256:${'a'.repeat(64)}`),
      port: fc.integer({ min: 1, max: 7999 }),
      protocol: fc.constantFrom('h2c' as const, 'http1' as const),
      labels: fc.dictionary(label, label, { maxKeys: 3 }),
      env: fc.dictionary(
        fc.stringMatching(/^[A-Z][A-Z_]{0,12}$/).filter((key) => key !== 'PORT'),
        fc.oneof(fc.string(), fc.record({ secret: label, key: label })),
        { maxKeys: 4 },
      ),
      resources: fc.record({ requests: fc.record({ cpu: amount, memory: amount }) }),
      revisionName: label.map((rest) => `${name}-${rest}`),
      containerConcurrency: fc.integer({ min: 0, max: 1000 }),
      timeout: seconds(1, 600),
      nodeSelector: fc.dictionary(label, label, { minKeys: 1, maxKeys: 2 }),
      serviceAccountName: label,
      scaling,
      traffic: traffic(name),
    },
    { requiredKeys: ['name', 'image'] },
  ),
);

describe('what the typed constructs accept', () => {
  it('validation accepts: 1000 services', () => {
    const accepted = { services: 0 };
    fc.assert(
      fc.property(service, (drawn) => {
        const props = drawn as unknown as KnativeServiceProps;
        if (serviceProblems(props).length > 0) return;
        accepted.services++;
        const { errors } = validateObject(renderService(props), servingContext(neededSettings(props)));
        expect(errors, JSON.stringify(props)).toEqual([]);
      }),
      { numRuns: 1000, seed: 20_261_124 },
    );
    // The drawing is no good if the constructs refuse most of it.
    expect(accepted.services).toBeGreaterThan(900);
  });
});
