import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { stringify } from 'yaml';
import { exportedSource, readExport } from '../../../../lib/migration/from-file/index.ts';
import { knExport } from '../../../helpers/kn-export.ts';
import {
  type RehearsedKnative,
  rehearsedKnative,
  type StorePort,
  storePort,
} from '../arrival/rehearsed-knative.ts';
import { bring, familyOn, findArrival, namespace, seenOf, serving } from '../arrival/twins.ts';

let blue: RehearsedKnative;
let green: RehearsedKnative;
beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-11-24T00:00:00Z') });
  [blue, green] = [rehearsedKnative(), rehearsedKnative({ seed: 8 })];
});
afterEach(() => {
  blue.close();
  green.close();
  vi.useRealTimers();
});

/** As a person writes it, or an old kn: without names of containers. */
const service = (image: string, name?: string, traffic?: object[]) => ({
  apiVersion: serving,
  kind: 'Service',
  metadata: { name: 'cart', namespace },
  spec: {
    template: { ...(name === undefined ? {} : { metadata: { name } }), spec: { containers: [{ image }] } },
    ...(traffic === undefined ? {} : { traffic }),
  },
});

/** What Knative's webhook put in, taken out again. */
const withoutDefaults = (key: string, value: unknown): unknown =>
  value === 'user-container' ||
  (key === 'latestRevision' && value === false) ||
  ['readinessProbe', 'resources', 'timeoutSeconds', 'containerConcurrency', 'enableServiceLinks'].includes(
    key,
  )
    ? undefined
    : value;

it.each(['export', 'replay'] as const)(
  'a file of kn by %s comes once: the second run changes nothing',
  async (mode) => {
    const here = storePort(blue.store);
    for (const [image, ...more] of [
      ['cart:1'],
      ['cart:2', 'cart-two'],
      [
        'cart:3',
        undefined,
        [
          { latestRevision: true, percent: 50 },
          { revisionName: 'cart-00001', percent: 50, tag: 'old' },
        ],
      ],
    ] as const) {
      await here.apply(
        service(image as string, more[0] as string | undefined, more[1] as object[] | undefined),
      );
      await blue.pass(30);
    }
    const { service: live, revisions } = await familyOn(here, 'cart');
    if (live === undefined) throw new Error('none');
    const text = stringify(JSON.parse(JSON.stringify(knExport(live, revisions, mode), withoutDefaults)));
    const file = readExport(text, 'f.yaml', { namespace });
    const source = exportedSource(file) as unknown as StorePort;
    const first = await bring(source, green, 'cart');
    expect(first.arrival.writes).toBeGreaterThan(0);
    expect(JSON.stringify(first.notes)).not.toContain('undefined');
    await green.pass(60);
    const again = await findArrival(source, storePort(green.store), 'cart');
    expect(again.conflicts).toEqual([]);
    // Whether the last apply changes anything the API server tells: its webhook put defaults into lists of ours.
    expect(again.arrival.writes).toBeLessThanOrEqual(1);
    const before = seenOf(await familyOn(storePort(green.store), 'cart'));
    await bring(source, green, 'cart');
    await green.pass(60);
    expect(seenOf(await familyOn(storePort(green.store), 'cart'))).toEqual(before);
  },
);
