import type { KubeObject } from '../../clusters/cluster-port.ts';
import type { DefinitionPort } from '../../clusters/definition-port.ts';
import { ZeroshiftError } from '../../messages/error.ts';
import { isFields, type Path } from '../plan/paths.ts';
import { type FieldDifference, isEqual, isExtra, valueAt } from './field-differences.ts';

/** What tells which fields a cluster adds by itself. It stores nothing. */
export type Defaulter = Partial<Pick<DefinitionPort, 'dryRun'>>;

/** Of a service that is never stored. */
const trialName = 'zeroshift-verify';

/** The object under a name that nobody has, so that nothing of what is there comes into it. */
function trialOf(expected: KubeObject): KubeObject {
  const { namespace, annotations } = expected.metadata;
  const template = isFields(expected.spec?.template) ? expected.spec.template : undefined;
  const metadata = isFields(template?.metadata) ? template.metadata : {};
  const { name: _, ...unnamed } = metadata;
  return {
    ...expected,
    metadata: {
      name: trialName,
      ...(namespace === undefined ? {} : { namespace }),
      ...(annotations === undefined ? {} : { annotations }),
    },
    spec: {
      ...expected.spec,
      ...(template === undefined ? {} : { template: { ...template, metadata: unnamed } }),
    },
  };
}

/**
 * Differences without those fields that the target adds to whatever is made there, such as defaults of a newer release. It
 * is asked once, and only where there is something that nobody asked for.
 * @param expected an object that the differences come from, and that could be made on the target
 * @param at where in it they begin
 */
export async function withoutDefaults(
  differences: readonly FieldDifference[],
  cluster: Defaulter,
  expected: KubeObject,
  at: Path = [],
): Promise<readonly FieldDifference[]> {
  const isAsked = (one: FieldDifference): boolean => isExtra(one) && one.path[0] === 'spec';
  if (cluster.dryRun === undefined || !differences.some(isAsked)) return differences;
  const trial = await tried(cluster.dryRun.bind(cluster), trialOf(expected));
  if (trial === undefined) return differences;
  return differences.filter(
    (one) => !isAsked(one) || !isEqual(valueAt(trial, [...at, ...one.path]), one.found),
  );
}

/** Undefined where the cluster refuses to try: then everything counts. */
async function tried(dryRun: DefinitionPort['dryRun'], object: KubeObject): Promise<KubeObject | undefined> {
  try {
    const answer = await dryRun(object);
    return answer.outcome === 'accepted' ? answer.object : undefined;
  } catch (error) {
    if (!ZeroshiftError.is(error) || error.code !== 'cluster.refused') throw error;
    return undefined;
  }
}
