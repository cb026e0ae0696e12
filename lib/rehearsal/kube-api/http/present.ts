import type { KubeObject } from '../../../clusters/cluster-port.ts';
import { isCustom } from '../field-shapes.ts';
import { apiVersionOf } from '../object-rules.ts';
import type { ResourceDefinition } from '../resource-definition.ts';
import { refuse, StatusError } from '../status-error.ts';
import { answerJson, type Representation, representation } from './answers.ts';
import type { Call } from './call.ts';
import { type IncludeObject, metadataOnly, tableOf } from './table.ts';

/**
 * What one object, or one event of a watch, is to look like; or a list.
 * @throws StatusError `NotAcceptable` where the client accepts nothing that is served, or the other of the two
 */
export function wantedRepresentation(
  call: Call,
  what: 'object' | 'list' = 'object',
): Exclude<Representation, 'metadata-list'> {
  const wanted = representation(call);
  const message =
    wanted === undefined
      ? 'only the following media types are accepted: application/json'
      : `metadata of ${what === 'list' ? 'one object was requested, and this is a list' : 'a list was requested, and this is none'}`;
  const other = what === 'list' ? 'metadata' : 'metadata-list';
  if (wanted === undefined || wanted === other) throw new StatusError(406, 'NotAcceptable', message);
  return wanted === 'metadata-list' ? 'metadata' : wanted;
}

/** @throws StatusError `BadRequest` */
export function includedObject({ query }: Call): IncludeObject {
  const include = query.get('includeObject') || 'Metadata';
  if (include === 'None' || include === 'Metadata' || include === 'Object') return include;
  throw refuse.badRequest(`unrecognized includeObject value: ${JSON.stringify(include)}`);
}

export function answerObject(
  call: Call,
  code: number,
  definition: ResourceDefinition,
  object: KubeObject,
  now: Date,
): void {
  const as = wantedRepresentation(call);
  if (as === 'object') answerJson(call, code, object);
  else if (as === 'metadata') answerJson(call, code, metadataOnly(object));
  else {
    const metadata = { resourceVersion: object.metadata.resourceVersion };
    answerJson(call, code, tableOf(definition, [object], { include: includedObject(call), metadata, now }));
  }
}

export function answerList(
  call: Call,
  definition: ResourceDefinition,
  objects: readonly KubeObject[],
  metadata: Record<string, unknown>,
  now: Date,
): void {
  const as = wantedRepresentation(call, 'list');
  if (as === 'table') {
    answerJson(call, 200, tableOf(definition, objects, { include: includedObject(call), metadata, now }));
  } else if (as === 'metadata') {
    const items = objects.map(metadataOnly);
    answerJson(call, 200, {
      kind: 'PartialObjectMetadataList',
      apiVersion: 'meta.k8s.io/v1',
      metadata,
      items,
    });
  } else {
    const list = { kind: `${definition.kind}List`, apiVersion: apiVersionOf(definition), metadata };
    answerJson(call, 200, { ...list, items: isCustom(definition) ? objects : objects.map(withoutType) });
  }
}

/** Items of a built-in list do not say what they are: the list does. */
function withoutType({ apiVersion: _version, kind: _kind, ...rest }: KubeObject): object {
  return rest;
}
