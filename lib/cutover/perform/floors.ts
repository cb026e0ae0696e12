import type { ClusterPort, KubeObject, Reference } from '../../clusters/cluster-port.ts';
import type { Colour } from '../../fleet/colour.ts';
import type { Floor } from '../commands.ts';
import type { CutoverPlan, RegionFacts } from '../plan.ts';
import type { ColourPorts } from '../ports.ts';

const serving = 'serving.knative.dev/v1';
const autoscaling = 'autoscaling.internal.knative.dev/v1alpha1';
const minScale = 'autoscaling.knative.dev/min-scale';
const maxScale = 'autoscaling.knative.dev/max-scale';

type Region = Readonly<Record<Colour, ColourPorts>>;

/** What each routed revision of the source runs now, as a floor for it and for its twin on the target. */
export async function readFloors(plan: CutoverPlan, facts: RegionFacts, region: Region): Promise<Floor[]> {
  const floors: Floor[] = [];
  for (const { namespace, name } of facts.services) {
    const reference = { apiVersion: serving, kind: 'Service', namespace, name };
    const [source, target] = await Promise.all([
      region[plan.from].cluster.get(reference),
      region[plan.to].cluster.get(reference),
    ]);
    for (const revision of routedRevisions(source)) {
      const pods = await podsNow(region[plan.from].cluster, namespace, revision.name);
      if (pods === 0) continue;
      const twin = revision.latest ? target?.status?.latestReadyRevisionName : revision.name;
      floors.push(await floor(region, plan.from, namespace, revision.name, pods));
      if (typeof twin === 'string') floors.push(await floor(region, plan.to, namespace, twin, pods));
    }
  }
  return floors;
}

interface Routed {
  readonly name: string;
  readonly latest: boolean;
}

/** The revisions that a Service's traffic names, each once. */
export function routedRevisions(service: KubeObject | undefined): Routed[] {
  const targets: { revisionName?: string; latestRevision?: boolean }[] = service?.status?.traffic ?? [];
  const routed = new Map<string, Routed>();
  for (const { revisionName, latestRevision } of targets)
    if (revisionName !== undefined)
      routed.set(revisionName, {
        name: revisionName,
        latest: latestRevision === true || (routed.get(revisionName)?.latest ?? false),
      });
  return [...routed.values()];
}

const revisionKind = { apiVersion: serving, kind: 'Revision' };
const scalerKind = { apiVersion: autoscaling, kind: 'PodAutoscaler' };

const podsNow = async (cluster: ClusterPort, namespace: string, name: string): Promise<number> => {
  const scaler = await cluster.get({ ...scalerKind, namespace, name });
  return Math.max(0, scaler?.status?.actualScale ?? 0);
};

const leastOf = (object: KubeObject | undefined): string | undefined =>
  object?.metadata.annotations?.[minScale];

async function floor(
  region: Region,
  colour: Colour,
  namespace: string,
  revision: string,
  pods: number,
): Promise<Floor> {
  const { cluster } = region[colour];
  const object = await cluster.get({ ...revisionKind, namespace, name: revision });
  const scaler = await cluster.get({ ...scalerKind, namespace, name: revision });
  const [before, scalersBefore] = [leastOf(object), leastOf(scaler)];
  const most = Number(object?.metadata.annotations?.[maxScale] ?? 0);
  const wanted = Math.max(pods, Number(before ?? 0), Number(scalersBefore ?? 0));
  const own = scaler !== undefined && scalersBefore !== before;
  return {
    colour,
    namespace,
    revision,
    pods: most > 0 ? Math.min(wanted, most) : wanted,
    ...(before === undefined ? {} : { before }),
    ...(own ? { scaler: scalersBefore === undefined ? {} : { before: scalersBefore } } : {}),
  };
}

/** Raises the floors and returns the revisions that have not got their pods yet. */
export async function setFloors(floors: readonly Floor[], region: Region): Promise<string[]> {
  const waiting: string[] = [];
  for (const { colour, namespace, revision, pods } of floors) {
    const { cluster } = region[colour];
    // On the Revision, never on the template; and on the PodAutoscaler for releases before 1.23, which do not copy it.
    for (const kind of [revisionKind, scalerKind])
      await annotate(cluster, { ...kind, namespace, name: revision }, String(pods));
    const there = await podsNow(cluster, namespace, revision);
    if (there < pods) waiting.push(`${colour} ${namespace}/${revision} (${there} of ${pods})`);
  }
  return waiting;
}

/** Puts back what each revision had. A revision that is gone needs nothing. */
export async function clearFloors(floors: readonly Floor[], region: Region): Promise<number> {
  for (const { colour, namespace, revision, before, scaler = { before } } of floors) {
    const { cluster } = region[colour];
    await annotate(cluster, { ...revisionKind, namespace, name: revision }, before ?? null);
    await annotate(cluster, { ...scalerKind, namespace, name: revision }, scaler.before ?? null);
  }
  return floors.length;
}

async function annotate(cluster: ClusterPort, reference: Reference, value: string | null): Promise<void> {
  const found = await cluster.get(reference);
  if (found === undefined || (leastOf(found) ?? null) === value) return;
  await cluster.patch(reference, { metadata: { annotations: { [minScale]: value } } });
}
