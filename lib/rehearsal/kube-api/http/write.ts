import type { KubeObject } from '../../../clusters/cluster-port.ts';
import { isCustom, shapesOf } from '../field-shapes.ts';
import { isFields } from '../json-value.ts';
import { apiVersionOf, timestamp } from '../object-rules.ts';
import { jsonPatch, mergePatch, strategicMergePatch } from '../patches/index.ts';
import { apply, type Manager, trackUpdate } from '../server-side-apply/index.ts';
import { refuse } from '../status-error.ts';
import { asObject, readObject } from './body.ts';
import { type Call, contentType, fieldManager, flag, isDryRun, readValue } from './call.ts';
import type { Context } from './context.ts';
import type { Target } from './target.ts';

/** An object that was written, with the HTTP status of its answer. */
export interface Written {
  readonly code: number;
  readonly object: KubeObject;
}

const applyTypes = ['application/apply-patch+yaml', 'application/apply-patch+json'];
const jsonPatchType = 'application/json-patch+json';
const mergePatchType = 'application/merge-patch+json';
const strategicType = 'application/strategic-merge-patch+json';

/** @throws StatusError `NotFound` */
export function existing({ store }: Context, target: Target): KubeObject {
  const live = store.get(target.resource, target.namespace, target.name ?? '');
  if (live === undefined) throw refuse.notFound(target.resource, target.name ?? '');
  return live;
}

const managerOf = (call: Call, target: Target, operation: Manager['operation']): Manager => ({
  name: fieldManager(call),
  operation,
  apiVersion: apiVersionOf(target.definition),
  ...(target.subresource === '' ? {} : { subresource: target.subresource }),
});

export async function create(context: Context, call: Call, target: Target): Promise<Written> {
  const body = await readObject(call, target);
  const { definition } = target;
  const next = trackUpdate({
    definition,
    live: undefined,
    next: definition.status ? dropped(body, 'status') : body,
    manager: managerOf(call, target, 'Update'),
    time: timestamp(context.now()),
  });
  return { code: 201, object: context.store.create(target.resource, next, { dryRun: isDryRun(call) }) };
}

export async function update(context: Context, call: Call, target: Target): Promise<Written> {
  const body = await readObject(call, target);
  return { code: 200, object: put(context, call, target, existing(context, target), body) };
}

/** @throws StatusError `UnsupportedMediaType` for a patch that the kind does not take */
export async function patch(context: Context, call: Call, target: Target): Promise<Written> {
  const type = contentType(call);
  const { definition } = target;
  const types = [
    jsonPatchType,
    mergePatchType,
    ...(isCustom(definition) ? [] : [strategicType]),
    ...applyTypes,
  ];
  if (!types.includes(type)) throw refuse.unsupportedMediaType(type, types);
  const body = await readValue(call, applyTypes.includes(type));
  if (applyTypes.includes(type)) return serverSideApply(context, call, target, body);
  const live = existing(context, target);
  const patched = patchValue(live, body, type, target);
  return { code: 200, object: put(context, call, target, live, asObject(patched, target)) };
}

export function patchValue(value: unknown, body: unknown, type: string, { definition }: Target): unknown {
  if (type === jsonPatchType) return jsonPatch(value, body);
  if (!isFields(body)) throw refuse.badRequest('the patch is not an object');
  return type === mergePatchType
    ? mergePatch(value, body)
    : strategicMergePatch(value, body, shapesOf(definition));
}

/** Stores what a client wants of an object that exists: all but the status, or only that. */
export function put(
  context: Context,
  call: Call,
  target: Target,
  live: KubeObject,
  wanted: KubeObject,
): KubeObject {
  const { definition, resource, subresource } = target;
  const { resourceVersion, managedFields } = wanted.metadata;
  const next =
    subresource === 'status'
      ? { ...live, metadata: { ...live.metadata, resourceVersion, managedFields }, status: wanted.status }
      : { ...wanted, ...(definition.status ? { status: live.status } : {}) };
  const tracked = trackUpdate({
    definition,
    live,
    next: next as KubeObject,
    manager: managerOf(call, target, 'Update'),
    time: timestamp(context.now()),
  });
  const options = { dryRun: isDryRun(call) };
  return subresource === 'status'
    ? context.store.updateStatus(resource, tracked, options)
    : context.store.update(resource, tracked, options);
}

function serverSideApply(context: Context, call: Call, target: Target, body: unknown): Written {
  if (!call.query.get('fieldManager')) {
    throw refuse.invalid('meta.k8s.io', 'PatchOptions', '', [
      {
        reason: 'FieldValueRequired',
        field: 'fieldManager',
        message: 'Required value: is required for apply patch',
      },
    ]);
  }
  const { definition, resource, subresource, namespace, name = '' } = target;
  const { store } = context;
  const config = asObject(body, target);
  if (config.metadata.managedFields !== undefined)
    throw refuse.badRequest('metadata.managedFields must be nil');
  const live = store.get(resource, namespace, name);
  if (live === undefined && subresource !== '') throw refuse.notFound(resource, name);
  const { resourceVersion, uid } = config.metadata;
  if (resourceVersion && resourceVersion !== live?.metadata.resourceVersion)
    throw refuse.conflict(resource, name);
  if (uid && uid !== live?.metadata.uid) throw refuse.conflict(resource, name, 'uid mismatch');
  const next = apply({
    definition,
    live,
    applied:
      subresource === 'status' ? onlyStatus(config) : definition.status ? dropped(config, 'status') : config,
    manager: managerOf(call, target, 'Apply'),
    force: flag(call, 'force'),
    time: timestamp(context.now()),
  });
  const options = { dryRun: isDryRun(call) };
  if (live === undefined) return { code: 201, object: store.create(resource, next, options) };
  const object =
    subresource === 'status'
      ? store.updateStatus(resource, next, options)
      : store.update(resource, next, options);
  return { code: 200, object };
}

const dropped = (object: KubeObject, field: string): KubeObject => {
  const { [field]: _field, ...rest } = object;
  return rest as KubeObject;
};

const onlyStatus = ({ apiVersion, kind, metadata, status }: KubeObject): KubeObject => {
  const { name, namespace } = metadata;
  return { apiVersion, kind, metadata: { name, ...(namespace === undefined ? {} : { namespace }) }, status };
};
