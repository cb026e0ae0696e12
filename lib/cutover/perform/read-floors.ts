import type { ClusterPort, Kind, KubeObject } from '../../clusters/cluster-port.ts';
import type { Colour } from '../../fleet/colour.ts';
import type { Floor } from '../commands.ts';
import type { CutoverPlan, RegionFacts } from '../plan.ts';
import type { ColourPorts } from '../ports.ts';
import { leastOf, maxScale, readyPods, revisionKind, scalerKind, serviceKind } from './floor-objects.ts';

type Region = Readonly<Record<Colour, ColourPorts>>;

/**
 * What each routed revision of the source runs now, as a floor for it and for its twin on the target: the one of the same
 * name, else the latest one of the latest. The largest come first. Read from lists, page by page.
 */
export async function readFloors(plan: CutoverPlan, facts: RegionFacts, region: Region): Promise<Floor[]> {
  const [source, target] = await Promise.all([scalesOf(region[plan.from]), scalesOf(region[plan.to])]);
  const planned = new Map(
    facts.capacity?.revisions.map(({ namespace, revision, floor }) => [`${namespace}/${revision}`, floor]),
  );
  const found: { readonly floor: Floor; readonly share: number }[] = [];
  for (const { namespace, name } of facts.services) {
    const twins = target.services.get(`${namespace}/${name}`);
    for (const revision of routedRevisions(source.services.get(`${namespace}/${name}`))) {
      const now = source.scales.get(`${namespace}/${revision.name}`)?.pods ?? 0;
      // What the plan saw counts as well: it may have been busier then.
      const pods = now === 0 ? 0 : Math.max(now, planned.get(`${namespace}/${revision.name}`) ?? 0);
      if (pods === 0) continue;
      const { share } = revision;
      const own = { colour: plan.from, namespace, revision: revision.name };
      found.push({ floor: floorFor(own, pods, source), share });
      const twin = target.scales.has(`${namespace}/${revision.name}`)
        ? revision.name
        : revision.latest
          ? twins?.latestReady
          : undefined;
      if (twin !== undefined)
        found.push({ floor: floorFor({ colour: plan.to, namespace, revision: twin }, pods, target), share });
    }
  }
  return found.sort((a, b) => b.floor.pods - a.floor.pods || b.share - a.share).map(({ floor }) => floor);
}

/** A revision's size, as far as its floor depends on it. */
interface Scale {
  /** Its `min-scale`. */
  readonly before?: string;
  readonly most: number;
  /** Whether it has a PodAutoscaler. */
  readonly scaled: boolean;
  readonly scalersBefore?: string;
  /** Ready now. */
  readonly pods: number;
}

interface Scales {
  /** `namespace/name` → the services' part that matters. */
  readonly services: ReadonlyMap<string, Routes>;
  /** `namespace/name` of revisions. */
  readonly scales: ReadonlyMap<string, Scale>;
  /** What the autoscaler lets no revision exceed that says nothing itself; 0 for no end. */
  readonly most: number;
}

interface Routes {
  readonly traffic: readonly Target[];
  readonly latestReady?: string;
}

interface Target {
  readonly revisionName?: string;
  readonly latestRevision?: boolean;
  readonly percent?: number;
}

const keyOf = ({ metadata }: KubeObject): string => `${metadata.namespace ?? ''}/${metadata.name}`;

/** Reads a colour once, and keeps of each object only what is asked for. */
async function scalesOf({ cluster }: ColourPorts): Promise<Scales> {
  const config = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    namespace: 'knative-serving',
    name: 'config-autoscaler',
  };
  const [services, revisions, scalers, settings] = await Promise.all([
    listed(cluster, serviceKind, ({ status }): Routes => {
      const latest: unknown = status?.latestReadyRevisionName;
      return {
        traffic: status?.traffic ?? [],
        ...(typeof latest === 'string' ? { latestReady: latest } : {}),
      };
    }),
    listed(cluster, revisionKind, (object) => ({
      ...named('before', leastOf(object)),
      most: Number(object.metadata.annotations?.[maxScale] ?? 0),
    })),
    listed(cluster, scalerKind, (object) => ({
      ...named('scalersBefore', leastOf(object)),
      pods: readyPods(object),
    })),
    cluster.get(config),
  ]);
  const scales = new Map(
    [...revisions].map(([key, revision]): [string, Scale] => {
      const scaler = scalers.get(key);
      return [key, { ...revision, pods: 0, ...scaler, scaled: scaler !== undefined }];
    }),
  );
  return { services, scales, most: Number(settings?.data?.['max-scale'] ?? 0) };
}

const named = <K extends string>(key: K, value: string | undefined): Partial<Record<K, string>> =>
  value === undefined ? {} : ({ [key]: value } as Record<K, string>);

async function listed<T>(
  cluster: ClusterPort,
  kind: Kind,
  of: (object: KubeObject) => T,
): Promise<Map<string, T>> {
  const found = new Map<string, T>();
  for await (const object of cluster.list(kind)) found.set(keyOf(object), of(object));
  return found;
}

interface Routed {
  readonly name: string;
  readonly latest: boolean;
  /** Percent of the service's requests. */
  readonly share: number;
}

/** The revisions that a Service's traffic names, each once. */
function routedRevisions(service: Routes | undefined): Routed[] {
  const routed = new Map<string, Routed>();
  for (const { revisionName, latestRevision, percent = 0 } of service?.traffic ?? []) {
    if (revisionName === undefined) continue;
    const known = routed.get(revisionName);
    routed.set(revisionName, {
      name: revisionName,
      latest: latestRevision === true || (known?.latest ?? false),
      share: percent + (known?.share ?? 0),
    });
  }
  return [...routed.values()];
}

function floorFor(
  place: Pick<Floor, 'colour' | 'namespace' | 'revision'>,
  pods: number,
  { scales, most: mostOfAll }: Scales,
): Floor {
  const {
    before,
    scalersBefore,
    scaled,
    most: own,
  } = scales.get(`${place.namespace}/${place.revision}`) ?? {
    most: 0,
    scaled: false,
  };
  const most = own > 0 ? own : mostOfAll;
  const wanted = Math.max(pods, Number(before ?? 0), Number(scalersBefore ?? 0));
  const other = scaled && scalersBefore !== before;
  return {
    ...place,
    pods: most > 0 ? Math.min(wanted, most) : wanted,
    ...(before === undefined ? {} : { before }),
    ...(other ? { scaler: scalersBefore === undefined ? {} : { before: scalersBefore } } : {}),
  };
}
