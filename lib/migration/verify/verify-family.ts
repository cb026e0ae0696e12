import type { KubeObject } from '../../clusters/cluster-port.ts';
import { listOf, textOf } from '../inventory/names.ts';
import { compareFamily, compareMappings } from './compare-family.ts';
import { isReady } from './conditions.ts';
import { type Evidence, readEvidence, type Warning } from './evidence.ts';
import { expectedHost, type Rewriting } from './expected.ts';
import { type Family, familyKey, type Neighbourhood, type VerifyReader } from './family.ts';
import type { Defaulter } from './target-defaults.ts';
import {
  type EntranceFindings,
  type HostPair,
  throughEntrance,
  type VerifyEntrances,
} from './through-entrance.ts';
import type { Finding, ServiceVerdict } from './verdict.ts';
import { revisionCause, whyMappingNotReady, whyNotReady } from './why-not-ready.ts';

export type VerifyTarget = VerifyReader & Defaulter;

/** What all families of a namespace have in common. */
export interface Surroundings {
  readonly source: VerifyReader;
  readonly target: VerifyTarget;
  readonly here: Neighbourhood;
  readonly there: Neighbourhood;
  /** Data of the source's `config-gc`. */
  readonly gc: Readonly<Record<string, string>>;
  readonly rewriting: Rewriting | undefined;
  /** @default - only what the clusters say is compared */
  readonly entrances?: VerifyEntrances;
  readonly paths: readonly string[];
  readonly now: Date;
  /** Warnings of the namespace, read when somebody asks, and once. */
  warnings(cluster: VerifyReader): Promise<readonly Warning[]>;
}

/** The verdict on one service of the source. */
export async function verifyFamily(source: Family, around: Surroundings): Promise<ServiceVerdict> {
  const { name, namespace = '' } = source.head.metadata;
  const { owner, kind } = source;
  const said = {
    kind,
    namespace,
    name,
    ...(owner === undefined ? {} : { deliveredBy: owner.from }),
    ...(isReady(source.head) ? {} : { sourceNotReady: await why(source, around.source, around) }),
  };
  const target = around.there.families.get(familyKey(kind, name));
  if (target === undefined) {
    const missing = `not there${owner === undefined ? '' : `: ${owner.from} delivers it, and does not there`}`;
    return verdict(said, { differences: [{ where: '', says: missing }] });
  }
  const ready = isReady(target.head);
  const settled = ready || said.sourceNotReady !== undefined;
  const compared = await compareFamily({
    ...around,
    source,
    target,
    cluster: around.target,
    settled,
  });
  const mappings = compareMappings(source, target, around.rewriting);
  const notReady = ready ? [] : [await why(target, around.target, around)];
  notReady.push(...(await otherReasons(target, compared.unready, mappings.unready, notReady, around)));
  const entrance = notReady.length === 0 && ready ? await atEntrance(source, around) : nothing;
  return verdict(said, {
    differences: [...compared.differences, ...mappings.differences, ...entrance.differences],
    notReady,
    notes: [...compared.notes, ...mappings.notes, ...entrance.notes],
    certificates: entrance.certificates,
  });
}

const nothing: EntranceFindings = { differences: [], notes: [], certificates: [] };

async function why(family: Family, cluster: VerifyReader, around: Surroundings): Promise<string> {
  return whyNotReady(family, await evidenceOf(family, cluster, around));
}

const evidenceOf = async (
  family: Family,
  cluster: VerifyReader,
  { warnings }: Surroundings,
): Promise<Evidence> => readEvidence(cluster, family, await warnings(cluster));

/** Revisions and mappings that are not ready, unless that is why the service is not. */
async function otherReasons(
  target: Family,
  revisions: readonly KubeObject[],
  mappings: readonly KubeObject[],
  told: readonly string[],
  around: Surroundings,
): Promise<string[]> {
  const others = revisions.filter(
    ({ metadata }) => !told.some((reason) => reason.startsWith(`revision ${metadata.name}: `)),
  );
  const evidence = others.length === 0 ? undefined : await evidenceOf(target, around.target, around);
  return [
    ...others.flatMap((revision) =>
      evidence === undefined
        ? []
        : [`revision ${revision.metadata.name}: ${revisionCause(revision, evidence)}`],
    ),
    ...mappings.map((mapping) => `${mapping.metadata.name} not ready: ${whyMappingNotReady(mapping)}`),
  ];
}

const isLocal = (host: string): boolean => /\.svc(\.|$)/.test(host);

/** The hosts at which a family answers from outside. */
function hostsOf({ head, mappings }: Family, rewriting: Rewriting | undefined): HostPair[] {
  const { namespace = '' } = head.metadata;
  const traffic = listOf(head.status?.traffic);
  const split = traffic.filter(({ percent }) => Number(percent ?? 0) > 0).length > 1;
  const hosts = new Map<string, boolean>();
  const add = (url: unknown, isSplit: boolean): void => {
    const text = textOf(url);
    if (text !== undefined) hosts.set(new URL(text).hostname, isSplit);
  };
  for (const { tag, url } of traffic) if (textOf(tag) !== undefined) add(url, false);
  add(head.status?.url, split);
  for (const { metadata } of mappings) hosts.set(metadata.name, split);
  return [...hosts]
    .filter(([host]) => !isLocal(host))
    .map(([host, isSplit]) => ({
      source: host,
      target: expectedHost(host, namespace, rewriting),
      split: isSplit,
    }));
}

async function atEntrance(source: Family, around: Surroundings): Promise<EntranceFindings> {
  const { entrances, rewriting, paths, now } = around;
  if (entrances === undefined || source.kind === 'Configuration') return nothing;
  const found: EntranceFindings[] = [];
  // One after another: many services are asked at the same time, and none of them all at once.
  for (const host of hostsOf(source, rewriting))
    found.push(await throughEntrance(host, entrances, paths, now.getTime()));
  return {
    differences: found.flatMap(({ differences }) => differences),
    notes: found.flatMap(({ notes }) => notes),
    certificates: found.flatMap(({ certificates }) => certificates),
  };
}

function verdict(
  said: Omit<ServiceVerdict, 'state' | 'differences' | 'notReady' | 'notes' | 'certificates'>,
  {
    differences,
    notReady = [],
    notes = [],
    certificates = [],
  }: Partial<EntranceFindings> & {
    readonly differences: readonly Finding[];
    readonly notReady?: readonly string[];
  },
): ServiceVerdict {
  const state = differences.length > 0 ? 'different' : notReady.length > 0 ? 'not-ready' : 'same';
  return { ...said, state, differences, notReady, certificates, notes };
}
