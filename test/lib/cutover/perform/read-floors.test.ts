import { expect, it } from 'vitest';
import type { ClusterPort, Kind, KubeObject } from '../../../../lib/clusters/cluster-port.ts';
import { readFloors } from '../../../../lib/cutover/perform/read-floors.ts';
import type { CutoverPlan, RegionFacts } from '../../../../lib/cutover/plan.ts';
import type { ColourPorts } from '../../../../lib/cutover/ports.ts';

const minScale = 'autoscaling.knative.dev/min-scale';
const maxScale = 'autoscaling.knative.dev/max-scale';

interface Given {
  readonly revision: string;
  readonly pods?: number;
  readonly percent?: number;
  readonly latest?: boolean;
  readonly annotations?: Record<string, string>;
  /** Of the PodAutoscaler; none: there is none. */
  readonly scaler?: Record<string, string> | null;
}

/** A cluster that answers lists, and counts what it was asked for. */
function cluster(
  services: Readonly<Record<string, readonly Given[]>>,
  settings: Record<string, string> = {},
) {
  const asked: string[] = [];
  const named = (name: string, annotations: Record<string, string> = {}) => ({
    name,
    namespace: 'shop',
    annotations,
  });
  const of = ({ kind }: Kind): KubeObject[] =>
    Object.entries(services).flatMap(([name, revisions]): KubeObject[] => {
      const object = { apiVersion: 'v1', kind };
      if (kind === 'Service')
        return [
          {
            ...object,
            metadata: named(name),
            status: {
              latestReadyRevisionName: revisions.find(({ latest }) => latest)?.revision,
              traffic: revisions.map(({ revision, percent = 100, latest }) => ({
                revisionName: revision,
                percent,
                ...(latest ? { latestRevision: true } : {}),
              })),
            },
          },
        ];
      if (kind === 'Revision')
        return revisions.map(({ revision, annotations }) => ({
          ...object,
          metadata: named(revision, annotations),
        }));
      return revisions
        .filter(({ scaler }) => scaler !== null)
        .map(({ revision, pods = 0, annotations, scaler }) => ({
          ...object,
          metadata: named(revision, scaler ?? annotations),
          status: { actualScale: pods },
        }));
    });
  const port = {
    async *list(kind: Kind) {
      asked.push(`list ${kind.kind}`);
      yield* of(kind);
    },
    async get({ kind, name }: Kind & { name: string }) {
      asked.push(`get ${kind} ${name}`);
      return { apiVersion: 'v1', kind, metadata: { name }, data: settings };
    },
  } as unknown as ClusterPort;
  return { asked, ports: { cluster: port } as unknown as ColourPorts };
}

const read = (
  names: readonly string[],
  blue: ReturnType<typeof cluster>,
  green: ReturnType<typeof cluster>,
) =>
  readFloors(
    { from: 'blue', to: 'green' } as CutoverPlan,
    { services: names.map((name) => ({ namespace: 'shop', name, hosts: [] })) } as unknown as RegionFacts,
    { blue: blue.ports, green: green.ports },
  );

it('takes what the source runs, for each routed revision and its twin of the same name, the largest first', async () => {
  const blue = cluster({
    small: [{ revision: 'small-1', pods: 1, latest: true }],
    split: [
      { revision: 'split-1', pods: 3, percent: 10 },
      { revision: 'split-2', pods: 3, percent: 90, latest: true, annotations: { [minScale]: '2' } },
    ],
    idle: [{ revision: 'idle-1', latest: true }],
  });
  const green = cluster({
    small: [{ revision: 'small-1', latest: true }],
    // The latest one there is another: by the name it is found all the same.
    split: [
      { revision: 'split-1', percent: 10 },
      { revision: 'split-2', percent: 90 },
      { revision: 'split-9', percent: 0, latest: true },
    ],
    idle: [{ revision: 'idle-1', latest: true }],
  });
  expect(await read(['small', 'split', 'idle'], blue, green)).toEqual([
    { colour: 'blue', namespace: 'shop', revision: 'split-2', pods: 3, before: '2' },
    { colour: 'green', namespace: 'shop', revision: 'split-2', pods: 3 },
    { colour: 'blue', namespace: 'shop', revision: 'split-1', pods: 3 },
    { colour: 'green', namespace: 'shop', revision: 'split-1', pods: 3 },
    { colour: 'blue', namespace: 'shop', revision: 'small-1', pods: 1 },
    { colour: 'green', namespace: 'shop', revision: 'small-1', pods: 1 },
  ]);
});

it('respects the most pods: of the revision, of the release, and what a PodAutoscaler had of its own', async () => {
  const blue = cluster({
    own: [{ revision: 'own-1', pods: 9, latest: true, scaler: { [minScale]: '4' } }],
    free: [{ revision: 'free-1', pods: 9, latest: true, scaler: {} }],
  });
  const green = cluster(
    {
      own: [
        { revision: 'own-1', latest: true, annotations: { [maxScale]: '5', [minScale]: '1' }, scaler: {} },
      ],
      free: [{ revision: 'free-1', latest: true, scaler: null }],
    },
    { 'max-scale': '6' },
  );
  expect(await read(['own', 'free'], blue, green)).toEqual([
    { colour: 'blue', namespace: 'shop', revision: 'own-1', pods: 9, scaler: { before: '4' } },
    { colour: 'blue', namespace: 'shop', revision: 'free-1', pods: 9 },
    { colour: 'green', namespace: 'shop', revision: 'free-1', pods: 6 },
    { colour: 'green', namespace: 'shop', revision: 'own-1', pods: 5, before: '1', scaler: {} },
  ]);
});

it('reads 1,000 services from lists, and nothing of each', async () => {
  const services = Object.fromEntries(
    Array.from({ length: 1_000 }, (_, index) => [
      `s-${index}`,
      [{ revision: `s-${index}-00001`, pods: 1 + (index % 7), latest: true }],
    ]),
  );
  const [blue, green] = [cluster(services), cluster(services)];
  expect(await read(Object.keys(services), blue, green)).toHaveLength(2_000);
  for (const { asked } of [blue, green])
    expect(asked.sort()).toEqual([
      'get ConfigMap config-autoscaler',
      'list PodAutoscaler',
      'list Revision',
      'list Service',
    ]);
});
