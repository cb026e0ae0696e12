import type { KubeObject } from '../../clusters/cluster-port.ts';
import { comesAlong } from '../arrival/family.ts';
import { generatedNumber, generationOf } from '../arrival/marks.ts';
import { listOf } from '../inventory/names.ts';
import { mattering, type ServiceHistory } from '../inventory/service-history.ts';
import type { Path } from '../plan/paths.ts';
import { generationFindings, objectDifferences, trafficFindings } from './compare-head.ts';
import { compareRevision, leftoverFindings, trapFindings } from './compare-revisions.ts';
import { hasBecomeReady, isReady } from './conditions.ts';
import { expectedHost, expectedObject, expectedTemplate, type Rewriting } from './expected.ts';
import type { Family, Neighbourhood } from './family.ts';
import { valueAt } from './field-differences.ts';
import { fieldFindings } from './field-text.ts';
import { type Defaulter, withoutDefaults } from './target-defaults.ts';
import type { Finding } from './verdict.ts';

export interface FamilyComparison {
  readonly differences: readonly Finding[];
  readonly notes: readonly string[];
  /** Revisions and mappings of the target that are not ready, though their twins on the source are. */
  readonly unready: readonly KubeObject[];
}

export interface CompareProps {
  readonly source: Family;
  readonly target: Family;
  readonly here: Neighbourhood;
  readonly there: Neighbourhood;
  /** Data of the source's `config-gc`. */
  readonly gc: Readonly<Record<string, string>>;
  readonly now: Date;
  readonly cluster: Defaulter;
  readonly rewriting: Rewriting | undefined;
  /** Whether what its controllers made of it can be judged: not while they are at it. */
  readonly settled: boolean;
}

/** Compares what is on the target with what is to be there. Asks the target only for its defaults, where it must. */
export async function compareFamily(props: CompareProps): Promise<FamilyComparison> {
  const { source, target, here, there, cluster, rewriting, settled } = props;
  const expected = expectedObject(source.head, rewriting);
  if ('failed' in expected)
    return { differences: [{ where: 'rewrites', says: expected.failed }], notes: [], unready: [] };
  const head = await withoutDefaults(
    objectDifferences(target.head, expected.object),
    cluster,
    expected.object,
  );
  const differences: Finding[] = fieldFindings(head, (path) => [
    valueAt(target.head, path),
    valueAt(expected.object, path),
  ]);
  const notes: string[] = [];
  const unready: KubeObject[] = [];

  // Who delivers a service delivers what it is now: its generations begin anew, and so do the names that are given.
  const generations = generationFindings(target.configuration, source.configuration);
  const why = source.owner === undefined ? generationExcuse(props) : 'for it is delivered anew';
  if (why === undefined) differences.push(...generations);
  else notes.push(...generations.map(({ where, says }) => `${where}: ${says}, ${why}`));
  differences.push(...trapFindings(target), ...leftoverFindings(source, there.loose, here.loose));

  const twinName = (name: string): string => twinOf(props, name)?.metadata.name ?? name;
  const { revisions, uses } = matterOf(props);
  const { configuration } = source;
  const arrives = comesAlong(
    { ...(configuration === undefined ? {} : { configuration }), revisions, uses },
    expected.object,
  );
  for (const revision of revisions) {
    const twin = twinOf(props, revision.metadata.name);
    const where = `revision ${revision.metadata.name}`;
    if (twin === undefined) {
      const isUsed = uses[revision.metadata.name]?.some((use) => use !== 'retained' && use !== 'preserved');
      if (source.owner === undefined && !arrives(revision))
        notes.push(`${where}: not there, for it is not ready on the source and nothing leads to it`);
      else if (source.owner === undefined || (isUsed && settled))
        differences.push({ where, says: 'not there' });
      continue;
    }
    differences.push(...(await revisionFindings(props, revision, twin)));
    if (hasBecomeReady(revision) && !hasBecomeReady(twin)) unready.push(twin);
  }
  if (settled && source.kind !== 'Configuration')
    differences.push(...trafficFindings({ target: target.head, source: source.head, twinName, rewriting }));
  return { differences, notes, unready };
}

/**
 * A migration gives a service one generation more where a tag is to stay what it was. Where that has not been needed, such as
 * on the way back, fewer are no harm: the newest revision is the one of the target's generation, and no later update takes
 * the name of one that is there.
 */
function generationExcuse({ source, target }: CompareProps): string | undefined {
  const generation = target.configuration?.metadata.generation ?? 0;
  const latest: unknown = source.configuration?.status?.latestCreatedRevisionName;
  const twin = target.revisions.find(({ metadata }) => metadata.name === latest);
  const { name } = source.head.metadata;
  const isFree = [...source.revisions, ...target.revisions].every(
    ({ metadata }) => (generatedNumber(name, metadata.name) ?? 0) <= generation,
  );
  return twin !== undefined && generationOf(twin) === generation && isFree
    ? 'which changes nothing: the latest revision is the same'
    : undefined;
}

/** The revisions that matter on the source, and why. */
function matterOf({ source, here, gc, now }: CompareProps): Pick<ServiceHistory, 'revisions' | 'uses'> {
  const { head, configuration, revisions } = source;
  const owners = [head, ...(configuration === undefined ? [] : [configuration]), ...here.routes];
  return mattering(owners, revisions, gc, now);
}

/**
 * The revision of the target that stands for one of the source: the one of its name. What somebody delivers counts its
 * generations anew: there the latest stands for the latest, and other generated names mean something only where the
 * traffic names them.
 */
function twinOf({ source, target }: CompareProps, name: string): KubeObject | undefined {
  const named = target.revisions.find(({ metadata }) => metadata.name === name);
  if (source.owner === undefined) return named;
  const { head } = source;
  const isGenerated = generatedNumber(head.metadata.name, name) !== undefined;
  const isPinned = listOf(head.spec?.traffic).some(({ revisionName }) => revisionName === name);
  if (isPinned || !isGenerated) return named;
  const field = (['latestReadyRevisionName', 'latestCreatedRevisionName'] as const).find(
    (one) => head.status?.[one] === name,
  );
  const latest: unknown = field === undefined ? undefined : target.head.status?.[field];
  return target.revisions.find(({ metadata }) => metadata.name === latest);
}

async function revisionFindings(
  { source, cluster, rewriting }: CompareProps,
  revision: KubeObject,
  twin: KubeObject,
): Promise<Finding[]> {
  const where = `revision ${twin.metadata.name}`;
  const compared = compareRevision(twin, revision, source.head, rewriting);
  if ('failed' in compared) return [{ where, says: compared.failed }];
  const differences = await withoutDefaults(
    compared.differences,
    cluster,
    trialOf(source.head, revision, rewriting),
    ['spec', 'template'],
  );
  const at = (path: Path): readonly [unknown, unknown] => [
    valueAt(compared.found, path),
    valueAt(compared.wanted, path),
  ];
  return fieldFindings(differences, at).map((one) => ({ where: `${where} ${one.where}`, says: one.says }));
}

/** A head that would make such a revision. */
function trialOf(head: KubeObject, revision: KubeObject, rewriting: Rewriting | undefined): KubeObject {
  const expected = expectedObject(head, rewriting);
  const template = expectedTemplate(head, revision, rewriting);
  const object = 'failed' in expected ? head : expected.object;
  return 'failed' in template ? object : { ...object, spec: { ...object.spec, template: template.template } };
}

export interface MappingComparison {
  readonly differences: readonly Finding[];
  /** Those that are not ready on the target, though they are on the source. */
  readonly unready: readonly KubeObject[];
  readonly notes: readonly string[];
}

/** The hosts that lead to it, each with its mapping. */
export function compareMappings(
  source: Family,
  target: Family,
  rewriting: Rewriting | undefined,
): MappingComparison {
  const differences: Finding[] = [];
  const unready: KubeObject[] = [];
  const notes: string[] = [];
  for (const mapping of source.mappings) {
    const { name, namespace = '' } = mapping.metadata;
    const host = expectedHost(name, namespace, rewriting);
    const where = `host ${host}`;
    const twin = target.mappings.find(({ metadata }) => metadata.name === host);
    const expected = expectedObject(mapping, rewriting);
    if (!isReady(mapping)) notes.push(`${where}: not ready on the source either`);
    if (twin === undefined) differences.push({ where, says: 'does not lead to it' });
    else if ('failed' in expected) differences.push({ where, says: expected.failed });
    else {
      const found = fieldFindings(objectDifferences(twin, expected.object), (path) => [
        valueAt(twin, path),
        valueAt(expected.object, path),
      ]);
      differences.push(...found.map((one) => ({ where: `${where} ${one.where}`, says: one.says })));
      if (isReady(mapping) && !isReady(twin)) unready.push(twin);
    }
  }
  return { differences, unready, notes };
}
