import type { KubeObject } from '../../../clusters/cluster-port.ts';
import { isFields } from '../json-value.ts';
import { refuse, type Status } from '../status-error.ts';
import type { DeleteOptions } from '../store.ts';
import { type Call, isDryRun, readBody } from './call.ts';
import type { Context } from './context.ts';
import { matcherOf } from './list.ts';
import type { Target } from './target.ts';

const policies = ['Background', 'Foreground', 'Orphan'] as const;

/** From the query and the body, which may be empty. */
async function readOptions(call: Call): Promise<DeleteOptions> {
  const text = await readBody(call);
  let body: unknown;
  try {
    body = text.trim() === '' ? {} : JSON.parse(text);
  } catch (error) {
    throw refuse.badRequest(`the body of the request could not be parsed: ${(error as Error).message}`);
  }
  if (!isFields(body)) throw refuse.badRequest('the body of a delete is an object of delete options');
  const orphan = body.orphanDependents === true ? 'Orphan' : undefined;
  const policy = body.propagationPolicy ?? call.query.get('propagationPolicy') ?? orphan ?? 'Background';
  const propagationPolicy = policies.find((known) => known === policy);
  if (propagationPolicy === undefined) {
    throw refuse.badRequest(`propagationPolicy: Unsupported value: ${JSON.stringify(policy)}`);
  }
  const { uid, resourceVersion } = isFields(body.preconditions) ? body.preconditions : {};
  return {
    propagationPolicy,
    dryRun: isDryRun(call) || (Array.isArray(body.dryRun) && body.dryRun.includes('All')),
    preconditions: {
      ...(typeof uid === 'string' ? { uid } : {}),
      ...(typeof resourceVersion === 'string' ? { resourceVersion } : {}),
    },
  };
}

/** The object while it waits for its finalizers, else a `Status` that says that it is gone. */
export async function remove(context: Context, call: Call, target: Target): Promise<KubeObject | Status> {
  const { resource, namespace, name = '', definition } = target;
  const options = await readOptions(call);
  const last = context.store.delete(resource, namespace, name, options);
  if (last === undefined) throw refuse.notFound(resource, name);
  const left = options.dryRun ? undefined : context.store.get(resource, namespace, name);
  if (left !== undefined && left.metadata.uid === last.metadata.uid) return left;
  const { uid } = last.metadata;
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: {
      name,
      ...(definition.group === '' ? {} : { group: definition.group }),
      kind: definition.plural,
      ...(uid === undefined ? {} : { uid }),
    },
  };
}

/** Everything in the collection that the selectors match. */
export async function removeAll(context: Context, call: Call, target: Target): Promise<KubeObject[]> {
  const options = await readOptions(call);
  const matches = matcherOf(call, target);
  const scope = target.namespace === undefined ? {} : { namespace: target.namespace };
  return context.store
    .list(target.resource, scope)
    .filter(matches)
    .flatMap(
      ({ metadata }) =>
        context.store.delete(target.resource, metadata.namespace, metadata.name, options) ?? [],
    );
}
