import type { DefinitionPort, KubeObject } from '../../../lib/clusters/index.ts';
import type { Colour } from '../../../lib/fleet/index.ts';
import { type Arrival, arrive } from '../../../lib/migration/arrival/index.ts';
import type { Api, ImageContent } from '../index.ts';

/** What the test of arrivals deploys, and what it compares. */

export const serving = 'serving.knative.dev/v1';
export const label = (name: string): string => `serving.knative.dev/${name}`;
export const generation = label('configurationGeneration');
export const image = '10.98.0.1:5000/arrival';

export interface Version {
  /** Of its image, and what it answers. */
  readonly version: string;
  readonly name?: string;
  readonly traffic?: readonly object[];
  /** @default - by its tag */
  readonly image?: string;
  /** With a pod from the beginning. @default false */
  readonly warm?: boolean;
}

export const template = ({ version, name, image: given, warm = false }: Version) => ({
  metadata: {
    ...(name === undefined ? {} : { name }),
    labels: { version },
    annotations: {
      'autoscaling.knative.dev/window': '6s',
      ...(warm ? {} : { 'autoscaling.knative.dev/initial-scale': '0' }),
    },
  },
  spec: {
    containers: [
      {
        image: given ?? `${image}:${version}`,
        env: [{ name: 'TARGET', value: version }],
        resources: { requests: { cpu: '5m', memory: '16Mi' } },
      },
    ],
  },
});

export interface Family {
  readonly service: KubeObject | undefined;
  readonly configuration: KubeObject | undefined;
  readonly revisions: readonly KubeObject[];
}

export interface Place {
  readonly colour: Colour;
  readonly port: DefinitionPort;
  readonly api: Api;
  readonly gateway: string;
}

export const conditionOf = (object: KubeObject | undefined, wanted = 'Ready'): string | undefined =>
  (object?.status?.conditions ?? []).find(({ type }: { type: string }) => type === wanted)?.status;

export const isCurrent = (object: KubeObject | undefined): boolean =>
  object !== undefined && object.status?.observedGeneration === object.metadata.generation;

export const withoutOwn = (texts: Readonly<Record<string, string>> = {}) =>
  Object.fromEntries(
    Object.entries(texts).filter(
      ([key]) => !/^(serving\.knative|zeroshift)\.dev\//.test(key) && !key.endsWith('/initial-scale'),
    ),
  );

export const shape = ({ spec }: KubeObject): unknown =>
  JSON.parse(JSON.stringify(spec, (key, value) => (key === 'image' ? undefined : value)));

export const digestsOf = ({ status }: KubeObject): unknown =>
  (status?.containerStatuses ?? []).map(({ imageDigest }: { imageDigest?: string }) => imageDigest ?? 'none');

/** What must be the same on both colours. */
export const seenOf = ({ service, configuration, revisions }: Family) => ({
  template: configuration?.spec.template,
  ofService: service?.spec.template,
  traffic: (service?.status?.traffic ?? []).map(({ url: _, ...target }: { url?: string }) => target),
  latest: configuration?.status?.latestCreatedRevisionName,
  latestReady: configuration?.status?.latestReadyRevisionName,
  ready: conditionOf(service ?? configuration),
  revisions: revisions.map((revision) => ({
    name: revision.metadata.name,
    labels: withoutOwn(revision.metadata.labels),
    annotations: withoutOwn(revision.metadata.annotations),
    generation: revision.metadata.labels?.[generation],
    digests: digestsOf(revision),
    spec: shape(revision),
    ready: conditionOf(revision),
  })),
});

export const contentOf = (binary: string, version: string): ImageContent => ({
  entrypoint: ['/app'],
  files: [
    { to: '/app', from: binary },
    { to: '/version', from: { text: version } },
  ],
});

/** Ends a run with its nth write: before it is done, or after, so that its answer is lost. */
export function ending(port: DefinitionPort, nth: number): DefinitionPort {
  let count = 0;
  const isLast = (): boolean => ++count === nth;
  return new Proxy(port, {
    get(target, property) {
      const method: unknown = Reflect.get(target, property);
      if (typeof method !== 'function') return method;
      const isWrite = ['apply', 'patch', 'create', 'remove'].includes(String(property));
      return async (...given: unknown[]) => {
        const isIt = isWrite && isLast();
        if (isIt && nth % 2 === 0) throw new Error('stopped');
        const answer: unknown = await method.apply(target, given);
        if (isIt) throw new Error('stopped');
        return answer;
      };
    },
  });
}

/** Carries it out in as many runs as it takes if each ends one or two writes later than the one before. */
export async function arriveInPieces(port: DefinitionPort, arrival: Arrival): Promise<number> {
  for (let runs = 1; ; runs++)
    try {
      await arrive(ending(port, runs), arrival);
      return runs;
    } catch (error) {
      if (!(error instanceof Error) || error.message !== 'stopped') throw error;
    }
}
