import type { KubeObject } from '../../clusters/cluster-port.ts';
import type { AnnotationRewrite, Rewrite, RewriteContext } from '../../fleet/fleet.ts';
import { groupKindOf } from '../inventory/names.ts';
import { podSpecOf } from '../inventory/object-references.ts';
import { isFields, type Path, pathText, type Step } from './paths.ts';
import type { Refusal, Rewritten } from './plan.ts';

type Texts = Readonly<Record<string, string>>;

export const rewriteName = (rewrite: Rewrite): string => rewrite.name ?? rewriteKind(rewrite);

const rewriteKind = ({ registries, roleArns, hosts, annotations }: Rewrite): string => {
  if (registries !== undefined) return 'registries';
  if (roleArns !== undefined) return 'roleArns';
  if (hosts !== undefined) return 'hosts';
  return annotations === undefined ? 'objects' : 'annotations';
};

/** Every text below a value for which `isMeant`, as `change` has it. */
function mapTexts(
  value: unknown,
  isMeant: (path: Path) => boolean,
  change: (text: string) => string,
): unknown {
  const visit = (at: unknown, path: Path): unknown => {
    if (typeof at === 'string') return isMeant(path) ? change(at) : at;
    if (Array.isArray(at)) return at.map((item, index) => visit(item, [...path, index]));
    if (!isFields(at)) return at;
    return Object.fromEntries(Object.entries(at).map(([key, inner]) => [key, visit(inner, [...path, key])]));
  };
  return visit(value, []);
}

const longestFirst = (texts: Texts): [string, string][] =>
  Object.entries(texts).sort(([a], [b]) => b.length - a.length || (a < b ? -1 : 1));

const withRegistry = (image: string, registries: Texts): string => {
  for (const [prefix, next] of longestFirst(registries))
    if (
      image === prefix ||
      (image.startsWith(prefix) && (prefix.endsWith('/') || /^[/:@]/.test(image.slice(prefix.length))))
    )
      return next + image.slice(prefix.length);
  return image;
};

const withHost = (host: string, hosts: Texts): string => {
  for (const [domain, next] of longestFirst(hosts))
    if (host === domain || host.endsWith(`.${domain}`)) return host.slice(0, -domain.length) + next;
  return host;
};

/** `containers[0].image`, and the image that a volume is made of. */
const isImage = (path: Path): boolean => {
  const [list, index, ...rest] = path.slice(path.findIndex((step) => typeof step === 'number') - 1);
  if (typeof index !== 'number') return false;
  const field = rest.join('.');
  return list === 'volumes'
    ? field === 'image.reference'
    : /^(c|initC|ephemeralC)ontainers$/.test(String(list)) && field === 'image';
};

function inPodSpec(object: KubeObject, change: (spec: unknown) => unknown): KubeObject {
  const pod = podSpecOf(object);
  if (pod === undefined) return object;
  const set = (at: unknown, [step, ...rest]: readonly string[]): unknown => {
    if (step === undefined) return change(at);
    return isFields(at) && at[step] !== undefined ? { ...at, [step]: set(at[step], rest) } : at;
  };
  return set(object, pod.path.split('.')) as KubeObject;
}

const namedByHost = new Set([
  'DomainMapping.serving.knative.dev',
  'ClusterDomainClaim.networking.internal.knative.dev',
]);

/** Fields that hold hosts: of an Ingress, of a Certificate. */
const hostFields: Readonly<Record<string, RegExp>> = {
  'Ingress.networking.k8s.io': /^\.(rules\[\d+\]\.host|tls\[\d+\]\.hosts\[\d+\])$/,
  'Certificate.cert-manager.io': /^\.(commonName|dnsNames\[\d+\])$/,
};

function withHosts(object: KubeObject, hosts: Texts): KubeObject {
  const kind = groupKindOf(object);
  const { metadata } = object;
  if (namedByHost.has(kind))
    return { ...object, metadata: { ...metadata, name: withHost(metadata.name, hosts) } };
  const fields = hostFields[kind];
  if (fields === undefined) return object;
  const isHost = (path: Path): boolean => fields.test(pathText(path));
  return { ...object, spec: mapTexts(object.spec, isHost, (host) => withHost(host, hosts)) };
}

const roleAnnotation = 'eks.amazonaws.com/role-arn';

function withRole(object: KubeObject, roles: Texts): KubeObject {
  const { annotations } = object.metadata;
  const role = groupKindOf(object) === 'ServiceAccount' ? annotations?.[roleAnnotation] : undefined;
  const next = role === undefined || !Object.hasOwn(roles, role) ? undefined : roles[role];
  if (next === undefined) return object;
  return {
    ...object,
    metadata: { ...object.metadata, annotations: { ...annotations, [roleAnnotation]: next } },
  };
}

function withAnnotations(
  object: KubeObject,
  { kinds, add = {}, remove = [] }: AnnotationRewrite,
): KubeObject {
  if (kinds !== undefined && !kinds.includes(object.kind) && !kinds.includes(groupKindOf(object)))
    return object;
  const { annotations, ...metadata } = object.metadata;
  const kept = Object.entries(annotations ?? {}).filter(([key]) => !remove.includes(key));
  const all = { ...Object.fromEntries(kept), ...add };
  return {
    ...object,
    metadata: { ...metadata, ...(Object.keys(all).length === 0 ? {} : { annotations: all }) },
  };
}

function once(object: KubeObject, rewrite: Rewrite, context: RewriteContext): KubeObject {
  const { registries, roleArns, hosts, annotations, objects } = rewrite;
  if (registries !== undefined)
    return inPodSpec(object, (spec) => mapTexts(spec, isImage, (image) => withRegistry(image, registries)));
  if (roleArns !== undefined) return withRole(object, roleArns);
  if (hosts !== undefined) return withHosts(object, hosts);
  if (annotations !== undefined) return withAnnotations(object, annotations);
  return objects?.(object, context) ?? object;
}

/** An item by its name, as differences have it, where it has one. */
const stepOf = (item: unknown, index: number): Step =>
  isFields(item) && typeof item.name === 'string' ? { name: item.name } : index;

/** Texts, numbers and the like that are not the same in two objects. */
function changes(before: unknown, after: unknown, path: Path = []): Omit<Rewritten, 'rewrite'>[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  const bothFields = isFields(before) && isFields(after);
  const bothLists = Array.isArray(before) && Array.isArray(after) && before.length === after.length;
  if (bothLists)
    return before.flatMap((item, index) => changes(item, after[index], [...path, stepOf(item, index)]));
  if (bothFields)
    return [...new Set([...Object.keys(before), ...Object.keys(after)])]
      .sort()
      .flatMap((key) => changes(before[key], after[key], [...path, key]));
  const shown = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
  return [
    {
      field: pathText(path),
      ...(before === undefined ? {} : { from: shown(before) }),
      ...(after === undefined ? {} : { to: shown(after) }),
    },
  ];
}

export interface RewriteResult {
  readonly object: KubeObject;
  readonly rewritten: readonly Rewritten[];
  readonly refusal?: Refusal;
}

/** An object as it is to be on the other colour, and which rewrite changed what. */
export function rewriteObject(
  given: KubeObject,
  rewrites: readonly Rewrite[],
  context: RewriteContext,
): RewriteResult {
  let object = given;
  const rewritten: Rewritten[] = [];
  for (const rewrite of rewrites) {
    if (rewrite.to !== undefined && rewrite.to !== context.to) continue;
    const name = rewriteName(rewrite);
    const failed = (why: string): RewriteResult => ({
      object: given,
      rewritten: [],
      refusal: {
        code: 'rewrite-failed',
        why: `rewrite ${name} ${why}`,
        action: "mend it in the fleet's migration.rewrites",
      },
    });
    try {
      // A function may change what it is given, and give what it keeps.
      const isOwn = rewrite.objects === undefined;
      const made = once(isOwn ? object : asData(object), rewrite, context);
      if (!isSame(made, object))
        return failed('gave something else than an object of the same kind and namespace');
      if (made === object) continue;
      const next = isOwn ? made : asData(made);
      rewritten.push(...changes(object, next).map((change) => ({ rewrite: name, ...change })));
      object = next;
    } catch (error) {
      return failed(`failed: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return { object, rewritten };
}

/** As it would go over the wire: parts that a function used twice are two. */
const asData = (object: KubeObject): KubeObject => JSON.parse(JSON.stringify(object)) as KubeObject;

const isSame = (next: unknown, { apiVersion, kind, metadata }: KubeObject): boolean =>
  isFields(next) &&
  next.apiVersion === apiVersion &&
  next.kind === kind &&
  isFields(next.metadata) &&
  next.metadata.namespace === metadata.namespace &&
  typeof next.metadata.name === 'string';
