import { expect, it } from 'vitest';
import type { KnativeServiceProps } from '../../../constructs/service/index.ts';
import type { KubeObject } from '../../../lib/clusters/cluster-port.ts';
import type { DurationText, FleetInput, ServiceInput } from '../../../lib/fleet/index.ts';
import type { FleetSchemaInput } from '../../../lib/fleet/schema.ts';

// Held by the compiler, `npm run typecheck`: a line that should be refused and is not is an error itself.

/** Without what the schema does not say: that lists are not written to, and how a duration looks. */
type Plain<T> = [T] extends [DurationText]
  ? string
  : T extends readonly (infer Item)[]
    ? readonly Plain<Item>[]
    : T extends object
      ? { readonly [K in keyof T]: Plain<Exclude<T[K], undefined>> }
      : T;
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** What the constructs' own validation judges. */
type OfConstructs = 'services' | 'domainMappings' | 'rehearsal';
type Differing = {
  [K in Exclude<keyof FleetInput | keyof FleetSchemaInput, OfConstructs>]-?: K extends keyof FleetInput &
    keyof FleetSchemaInput
    ? Same<{ a: Plain<FleetInput[K]> }, { a: Plain<FleetSchemaInput[K]> }> extends true
      ? never
      : K
    : K;
}[Exclude<keyof FleetInput | keyof FleetSchemaInput, OfConstructs>];

it('has the fields of the schema, none more and none less', () => {
  const differing: Same<Differing, never> = true;
  const keys: Same<keyof FleetInput, keyof FleetSchemaInput> = true;
  expect([differing, keys]).toEqual([true, true]);
});

it('takes services and objects, and tells in the editor what is wrong with either', () => {
  const props = { name: 'a', image: 'a:1' } as KnativeServiceProps;
  const object = { apiVersion: 'v1', kind: 'A', metadata: { name: 'a' } } as KubeObject;
  const services: ServiceInput[] = [
    props,
    object,
    { name: 'a', image: 'a:1', scaling: { min: 1 } },
    { name: 'a', containers: [{ name: 'b', image: 'a:1', port: 8080 }] },
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'a' }, spec: { replicas: 1 } },
    // @ts-expect-error: no such prop
    { name: 'a', image: 'a:1', scalling: { min: 1 } },
    // @ts-expect-error: no such prop within one
    { name: 'a', image: 'a:1', scaling: { mni: 1 } },
    // @ts-expect-error: a number, not text
    { name: 'a', image: 'a:1', port: '8080' },
    // @ts-expect-error: no such prop of a container
    { name: 'a', containers: [{ name: 'b', image: 'a:1', prot: 8080 }] },
    // @ts-expect-error: neither image nor containers
    { name: 'a' },
    // @ts-expect-error: both image and containers
    { name: 'a', image: 'a:1', containers: [] },
    // @ts-expect-error: no name
    { image: 'a:1' },
    // @ts-expect-error: no kind
    { apiVersion: 'v1', metadata: { name: 'a' } },
    // @ts-expect-error: no metadata
    { apiVersion: 'v1', kind: 'A' },
  ];
  expect(services).toHaveLength(14);
});

it('takes durations as they are written', () => {
  const durations: DurationText[] = [
    '500ms',
    '30s',
    '1.5h',
    '3d',
    '1h30m',
    '1m30s',
    '1d12h',
    '1d2h3m',
    // @ts-expect-error: no unit
    '30',
    // @ts-expect-error: no such unit
    '30min',
    // @ts-expect-error: in words
    'soon',
  ];
  expect(durations).toHaveLength(11);
});
