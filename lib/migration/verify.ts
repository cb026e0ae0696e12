import type { ClusterPort, KubeObject } from '../clusters/cluster-port.ts';
import { keyOf, readInventory, type ServiceInventory } from './inventory.ts';

/** How many services were looked at, and what is not yet as on the source. */
export interface Verification {
  readonly services: number;
  readonly waitingFor: readonly string[];
}

/** Compares every service of the source with its twin on the target: ready, same template, split and resolved images. */
export async function verifyServices(
  source: ClusterPort,
  target: ClusterPort,
  services: readonly { readonly namespace: string; readonly name: string }[],
): Promise<Verification> {
  const only = new Set(services.map(({ namespace, name }) => `${namespace}/${name}`));
  const [here, there] = await Promise.all([readInventory(source, { only }), readInventory(target, { only })]);
  const twins = new Map(there.services.map((twin) => [keyOf(twin.service), twin]));
  return {
    services: here.services.length,
    waitingFor: here.services.flatMap((service) => {
      const wrong = differences(service, twins.get(keyOf(service.service)));
      return wrong.length === 0 ? [] : [`${keyOf(service.service)}: ${wrong.join(', ')}`];
    }),
  };
}

/** What tells a service from its twin, as short clauses. */
export function differences(source: ServiceInventory, target: ServiceInventory | undefined): string[] {
  if (target === undefined) return ['not there'];
  const wrong: string[] = [];
  if (!isReady(target.service)) wrong.push(`not ready${reasonOf(target.service)}`);
  // The target adds defaults of its own release, so it may hold more than was asked for, and not less.
  if (!holds(target.service.spec?.template, source.service.spec?.template)) wrong.push('another template');
  const [ours, theirs] = [splitOf(source), splitOf(target)];
  if (ours !== theirs) wrong.push(`traffic ${theirs || 'nowhere'} instead of ${ours}`);
  for (const mapping of source.domainMappings) {
    const twin = target.domainMappings.find(({ metadata }) => metadata.name === mapping.metadata.name);
    if (twin === undefined || !isReady(twin)) wrong.push(`${mapping.metadata.name} not ready`);
  }
  return wrong;
}

/** Whether everything that is in `part` is in `whole`; lists must be as long. */
function holds(whole: unknown, part: unknown): boolean {
  if (typeof part !== 'object' || part === null) return whole === part;
  if (typeof whole !== 'object' || whole === null || Array.isArray(whole) !== Array.isArray(part))
    return false;
  if (Array.isArray(part) && Array.isArray(whole) && part.length !== whole.length) return false;
  return Object.entries(part).every(
    ([key, value]) => value === null || holds((whole as Record<string, unknown>)[key], value),
  );
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
}

const readyOf = (object: KubeObject): Condition | undefined =>
  (object.status?.conditions as Condition[] | undefined)?.find(({ type }) => type === 'Ready');

const isReady = (object: KubeObject): boolean =>
  readyOf(object)?.status === 'True' && object.status?.observedGeneration === object.metadata.generation;

const reasonOf = (object: KubeObject): string => {
  const reason = readyOf(object)?.reason;
  return reason === undefined ? '' : ` (${reason})`;
};

/** Percent, tag and image of each part of the traffic; revision names only where the traffic pins them. */
function splitOf({ service, revisions }: ServiceInventory): string {
  const targets: { percent?: number; tag?: string; latestRevision?: boolean; revisionName?: string }[] =
    service.status?.traffic ?? [];
  return targets
    .map(({ percent = 0, tag = '', latestRevision, revisionName }) => {
      const revision = revisions.find(({ metadata }) => metadata.name === revisionName);
      return [percent, tag, latestRevision ? 'latest' : revisionName, ...imagesOf(revision)]
        .filter(String)
        .join(' ');
    })
    .sort()
    .join('; ');
}

/** Resolved digests: a tag that moved must not run another image. */
const imagesOf = (revision: KubeObject | undefined): string[] => {
  const statuses: { imageDigest?: string }[] = revision?.status?.containerStatuses ?? [];
  return statuses.map(({ imageDigest }) => imageDigest?.replace(/^.*@/, '@').slice(0, 20) ?? 'unresolved');
};
