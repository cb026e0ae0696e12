import { mapInOrder } from '../../drift/in-order.ts';
import { ZeroshiftError } from '../../messages/error.ts';
import { isSystemNamespace, kinds } from '../kinds.ts';
import { readWarnings, type Warning } from './evidence.ts';
import type { Rewriting } from './expected.ts';
import { type Neighbourhood, readNeighbourhood, type VerifyReader } from './family.ts';
import { verifyPlainHosts } from './plain-hosts.ts';
import type { VerifyEntrances } from './through-entrance.ts';
import type { ServiceVerdict } from './verdict.ts';
import { type VerifyTarget, verifyFamily } from './verify-family.ts';

export interface VerifyMigrationProps {
  /** Read only. */
  readonly source: VerifyReader;
  /** Read only; `dryRun` tells which fields its release adds. @default - without it such fields count as differences */
  readonly target: VerifyTarget;
  /** How the fleet rewrites what it moves. @default - everything is to be as on the source */
  readonly rewriting?: Rewriting;
  /** @default - only what the clusters say is compared */
  readonly entrances?: VerifyEntrances;
  /** Paths whose answers both entrances are asked for, such as `/healthz`. @default - none */
  readonly paths?: readonly string[];
  /** @default - all but those of the system */
  readonly namespaces?: readonly string[];
  /** Only these, as `namespace/name`. @default - all */
  readonly only?: ReadonlySet<string>;
  /** What certificates and retention are judged at. @default - the machine's time */
  readonly now?: Date;
}

/** Services that are looked at at a time: they shall not be a load, neither on the clusters nor at the entrances. */
const atOnce = 8;
/** Namespaces that are in memory at a time. */
const namespacesAtOnce = 2;

/**
 * Compares every Knative Service of the source, and every Configuration and Route that stands alone, with its twin on the
 * target, whoever made it. Gives the verdicts namespace by namespace, as they come; nothing of a namespace is kept after
 * its verdicts. Writes nothing.
 * @throws ZeroshiftError what the ports throw
 */
export async function* verifyMigration(props: VerifyMigrationProps): AsyncGenerator<ServiceVerdict> {
  const now = props.now ?? new Date();
  const gc = await gcOf(props.source);
  const reads = mapInOrder(await namespacesOf(props), namespacesAtOnce, async (namespace) => {
    const here = await readNeighbourhood(props.source, namespace);
    const there = here.families.size === 0 ? empty : await readNeighbourhood(props.target, namespace);
    return { namespace, here, there };
  });
  for await (const { namespace, here, there } of reads) {
    const around = {
      source: props.source,
      target: props.target,
      here,
      there,
      gc,
      rewriting: props.rewriting,
      ...(props.entrances === undefined ? {} : { entrances: props.entrances }),
      paths: props.paths ?? [],
      now,
      warnings: onceEach((cluster) => readWarnings(cluster, namespace)),
    };
    const families = [...here.families.values()]
      .filter(({ head }) => head.metadata.deletionTimestamp === undefined)
      .filter(({ head }) => props.only?.has(`${namespace}/${head.metadata.name}`) ?? true)
      .sort((a, b) => (a.head.metadata.name < b.head.metadata.name ? -1 : 1));
    yield* mapInOrder(families, atOnce, (family) => verifyFamily(family, around));
    // What is not Knative's has nothing to compare but what answers.
    if (props.entrances !== undefined && props.only === undefined)
      yield* verifyPlainHosts(namespace, { ...around, entrances: props.entrances });
  }
}

const empty: Neighbourhood = { families: new Map(), loose: [], routes: [] };

async function namespacesOf({ source, namespaces, only }: VerifyMigrationProps): Promise<string[]> {
  if (namespaces !== undefined) return [...new Set(namespaces)].sort();
  if (only !== undefined) return [...new Set([...only].map((key) => key.slice(0, key.indexOf('/'))))].sort();
  const names: string[] = [];
  for await (const { metadata } of source.list(kinds.namespace)) names.push(metadata.name);
  return names.filter((name) => !isSystemNamespace(name)).sort();
}

/** What the source's collector of revisions is told; where nobody may read it, Knative's defaults. */
async function gcOf(source: VerifyReader): Promise<Readonly<Record<string, string>>> {
  try {
    return (await source.get(kinds.retention))?.data ?? {};
  } catch (error) {
    if (!ZeroshiftError.is(error) || error.code !== 'cluster.refused') throw error;
    return {};
  }
}

function onceEach(
  read: (cluster: VerifyReader) => Promise<readonly Warning[]>,
): (cluster: VerifyReader) => Promise<readonly Warning[]> {
  const begun = new Map<VerifyReader, Promise<readonly Warning[]>>();
  return (cluster) => {
    const known = begun.get(cluster) ?? read(cluster);
    begun.set(cluster, known);
    return known;
  };
}
