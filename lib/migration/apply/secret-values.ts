import type { KubeObject } from '../../clusters/cluster-port.ts';
import { ZeroshiftError } from '../../messages/error.ts';
import { isSecret } from '../inventory/secrets.ts';
import type { PlannedObject } from '../plan/plan.ts';
import type { ApplyPort } from './guarded-port.ts';

/** A rewrite may have given it another name on the target. */
const sourceName = ({ name, rewritten = [] }: PlannedObject): string =>
  rewritten.find(({ field }) => field === '.metadata.name')?.from ?? name;

/**
 * The object as it goes over the wire: of a Secret with the values that the source has now. They are read here, go from
 * here to the target, and are kept nowhere.
 * @throws ZeroshiftError `migration.source-changed`, what the port throws
 */
export async function withValues(
  object: KubeObject,
  planned: PlannedObject,
  source: Pick<ApplyPort, 'get'>,
): Promise<KubeObject> {
  if (!isSecret(object)) return object;
  const { apiVersion, kind, metadata } = object;
  const { namespace } = metadata;
  const origin = await source.get({
    apiVersion,
    kind,
    name: sourceName(planned),
    ...(namespace === undefined ? {} : { namespace }),
  });
  if (origin === undefined)
    throw new ZeroshiftError('it was on the source when the plan was made, and is not any more', {
      code: 'migration.source-changed',
      source: 'outside',
      action: 'plan again',
    });
  return origin.data === undefined ? object : { ...object, data: origin.data };
}
