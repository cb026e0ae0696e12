import type { KubeObject } from '../../../../lib/clusters/cluster-port.ts';
import {
  type ArrivalPort,
  type ArrivalTarget,
  arrivalOf,
  arrive,
  type FoundArrival,
  temporaryNames,
} from '../../../../lib/migration/arrival/index.ts';
import { readInventory } from '../../../../lib/migration/inventory.ts';
import { portable } from '../../../../lib/migration/portable.ts';
import { type RehearsedKnative, type StorePort, storePort } from './rehearsed-knative.ts';

export const serving = 'serving.knative.dev/v1';
export const namespace = 'shop';
const generation = 'serving.knative.dev/configurationGeneration';
const initialScale = 'autoscaling.knative.dev/initial-scale';

export interface Family {
  readonly service: KubeObject | undefined;
  readonly configuration: KubeObject | undefined;
  readonly revisions: readonly KubeObject[];
}

type Reader = Pick<StorePort, 'get' | 'list'>;

export const refer = (kind: string, name: string) => ({ apiVersion: serving, kind, namespace, name });

/** All that a cluster has of a service. */
export async function familyOn(port: Reader, name: string): Promise<Family> {
  const revisions: KubeObject[] = [];
  for await (const revision of port.list({ apiVersion: serving, kind: 'Revision' }, { namespace }))
    if (
      revision.metadata.labels?.['serving.knative.dev/configuration'] === name ||
      revision.metadata.name.startsWith(`${name}-`)
    )
      revisions.push(revision);
  return {
    service: await port.get(refer('Service', name)),
    configuration: await port.get(refer('Configuration', name)),
    revisions,
  };
}

/** What the source has of a service and how it would come to the target now. */
export async function findArrival(
  source: StorePort,
  target: Reader,
  name: string,
  zeroScale = true,
): Promise<FoundArrival> {
  const { services } = await readInventory(source, { only: new Set([`${namespace}/${name}`]) });
  const [inventory] = services;
  if (inventory === undefined) throw new Error(`no service ${name}`);
  const there = await familyOn(target, name);
  const known = new Map(there.revisions.map((revision) => [revision.metadata.name, revision]));
  const found: ArrivalTarget = {
    ...(there.service === undefined ? {} : { service: there.service }),
    ...(there.configuration === undefined ? {} : { configuration: there.configuration }),
    revision: (revision) => known.get(revision),
    zeroScale,
  };
  return arrivalOf({ source: inventory, object: portable(inventory.service), target: found });
}

export const pausing = (cluster: RehearsedKnative) => ({
  pause: (milliseconds: number) => cluster.pass(milliseconds / 1000),
});

/** Brings a service there as it would come now. */
export async function bring(
  source: StorePort,
  cluster: RehearsedKnative,
  name: string,
  port: ArrivalPort & Reader = storePort(cluster.store),
): Promise<FoundArrival> {
  const found = await findArrival(source, port, name);
  if (found.conflicts.length > 0) throw new Error(JSON.stringify(found.conflicts));
  if (found.refusal !== undefined) throw new Error(found.refusal.why);
  await arrive(port, found.arrival, pausing(cluster));
  return found;
}

const own = (texts: Readonly<Record<string, string>> = {}) =>
  Object.fromEntries(
    Object.entries(texts).filter(
      ([key]) => !/serving\.knative\.dev\/|zeroshift\.dev\//.test(key) && key !== initialScale,
    ),
  );

const digestsOf = ({ status }: KubeObject): string[] =>
  [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])].map(
    ({ imageDigest }: { imageDigest?: string }) => imageDigest ?? 'none',
  );

const isReady = ({ status }: KubeObject): boolean =>
  (status?.conditions ?? []).some(
    (one: { type: string; status: string }) => one.type === 'Ready' && one.status === 'True',
  );

/** Without images: those are compared by what they were resolved to. */
const shape = ({ spec }: KubeObject): unknown =>
  JSON.parse(
    JSON.stringify(spec, (key, value) => (['image', 'enableServiceLinks'].includes(key) ? undefined : value)),
  );

/** What must be the same of a revision on both colours. */
const seen = (revision: KubeObject) => ({
  name: revision.metadata.name,
  labels: own(revision.metadata.labels),
  annotations: own(revision.metadata.annotations),
  digests: digestsOf(revision),
  spec: shape(revision),
});

const byName = (revisions: readonly KubeObject[]) =>
  [...revisions].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));

/** Whoever makes an object gets a default that whoever changes it does not. */
const withoutOther = (template: unknown): unknown =>
  JSON.parse(
    JSON.stringify(template ?? null, (key, value) => (key === 'enableServiceLinks' ? undefined : value)),
  );

/** What of a service must be the same on both colours, those of its revisions that are ready or its latest. */
export function seenOf({ service, configuration, revisions }: Family) {
  const latest = configuration?.status?.latestCreatedRevisionName;
  return {
    template: withoutOther(configuration?.spec.template),
    ofService: withoutOther(service?.spec.template),
    traffic: service?.status?.traffic,
    latest,
    latestReady: configuration?.status?.latestReadyRevisionName,
    ready: service === undefined ? undefined : isReady(service),
    revisions: byName(revisions)
      .filter((revision) => isReady(revision) || revision.metadata.name === latest)
      .map(seen),
  };
}

/** Revision → the label by which the controller knows its generation. */
export const generationsOf = ({ revisions }: Family) =>
  Object.fromEntries(byName(revisions).map(({ metadata }) => [metadata.name, metadata.labels?.[generation]]));

/** What is wrong with what a target has, whatever the source has. */
export function flaws({ service, configuration, revisions }: Family): string[] {
  const temporary: readonly string[] = temporaryNames(service?.metadata.name ?? '') ?? [];
  const at = String(configuration?.metadata.generation);
  return [
    ...revisions
      .filter(({ metadata }) => temporary.includes(metadata.name))
      .map(({ metadata }) => `${metadata.name} is left`),
    ...revisions
      .filter(
        ({ metadata }) =>
          !(metadata.ownerReferences ?? []).some(
            (owner) => owner.controller === true && owner.uid === configuration?.metadata.uid,
          ),
      )
      .map(({ metadata }) => `${metadata.name} has no owner`),
    ...revisions
      .filter(({ metadata }) => Number(metadata.labels?.[generation] ?? 0) > Number(at))
      .map(({ metadata }) => `${metadata.name} is ahead of its Configuration`),
    ...(revisions.filter(({ metadata }) => metadata.labels?.[generation] === at).length > 1
      ? [`several revisions of generation ${at}`]
      : []),
    ...(service !== undefined &&
    !(configuration?.metadata.ownerReferences ?? []).some(({ uid }) => uid === service.metadata.uid)
      ? ['the Configuration is not the Service’s']
      : []),
  ];
}
