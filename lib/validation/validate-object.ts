import { decode } from './decode.ts';
import { defaultRevisionSpec, defaultTraffic } from './defaults.ts';
import { checkDomainMapping } from './domain-mapping.ts';
import { type Finding, finding, under } from './finding.ts';
import { checkMetadata, checkOwner, checkRollout } from './metadata.ts';
import type { KReference, ObjectMeta, RevisionSpec, RevisionTemplate, TrafficTarget } from './objects.ts';
import { checkRevisionMetadata, type Judged, judgeRevisionSpec, judgeTemplate } from './revision.ts';
import { isSame } from './same.ts';
import type { ValidationContext } from './serving-config.ts';
import { checkTraffic } from './traffic.ts';

/** What the webhook says of an object. It is accepted when there are no errors. */
export interface Verdict {
  readonly errors: readonly Finding[];
  readonly warnings: readonly Finding[];
}

/** An object that is read; `old` is what stands in the cluster when it is an update. */
interface Read {
  readonly metadata: ObjectMeta;
  readonly spec: Readonly<Record<string, unknown>>;
  readonly old?: { readonly metadata: ObjectMeta; readonly spec: Readonly<Record<string, unknown>> };
}

const templateOf = (spec: Readonly<Record<string, unknown>>): RevisionTemplate => spec.template ?? {};

const withSpec = (
  template: RevisionTemplate,
  parent: ObjectMeta,
  context: ValidationContext,
): RevisionTemplate => ({
  ...template,
  spec: defaultRevisionSpec(template.spec ?? {}, parent, context),
});

const group = 'serving.knative.dev';

/** Who made an object stays; who changed it last changes with the object only. */
function checkAuthors({ metadata, spec, old }: Read): Finding[] {
  if (old === undefined) return [];
  const found: Finding[] = [];
  const [before, after] = [old.metadata.annotations ?? {}, metadata.annotations ?? {}];
  const refuse = (key: string, allowed: string) =>
    found.push(finding(`metadata.annotations.${key}`, 'metadata.immutable', after[key], allowed));
  if ((before[`${group}/creator`] ?? '') !== (after[`${group}/creator`] ?? ''))
    refuse(`${group}/creator`, 'the value that it was made with');
  const changed = (before[`${group}/lastModifier`] ?? '') !== (after[`${group}/lastModifier`] ?? '');
  if (changed && isSame(spec, old.spec))
    refuse(`${group}/lastModifier`, 'the same value while nothing else changes');
  return found;
}

/** A template that names its revision must take another name when it changes. */
function checkRename({ spec, old }: Read): Finding[] {
  if (old === undefined) return [];
  const [before, after] = [templateOf(old.spec), templateOf(spec)];
  const name = after.metadata?.name;
  if (name === undefined || name !== before.metadata?.name || isSame(before, after)) return [];
  return [
    finding('spec.template.metadata.name', 'name.unchanged', name, 'another name: the template has changed'),
  ];
}

/** The template of a service or configuration, complete; one that kept its name is left as it is. */
function completed({ metadata, spec, old }: Read, context: ValidationContext): RevisionTemplate {
  const template = templateOf(spec);
  const name = template.metadata?.name;
  const kept = old !== undefined && name !== undefined && name === templateOf(old.spec).metadata?.name;
  return kept ? template : withSpec(template, metadata, context);
}

const specOf = (spec: Readonly<Record<string, unknown>>, template: RevisionTemplate, traffic?: unknown) => ({
  ...spec,
  template,
  ...(traffic === undefined ? {} : { traffic }),
});

function judgeService(read: Read, context: ValidationContext): Judged {
  const { metadata } = read;
  const template = completed(read, context);
  const traffic = defaultTraffic((read.spec.traffic ?? []) as TrafficTarget[], true);
  const judged = judgeTemplate(template, metadata, context);
  const whole = { ...read, spec: specOf(read.spec, template, traffic) };
  return {
    errors: [
      ...checkMetadata(metadata, checkRollout(metadata)),
      ...under('spec.template', judged.errors),
      ...under('spec.traffic', checkTraffic(traffic, true)),
      ...checkAuthors(whole),
      ...checkRename(whole),
    ],
    warnings: under('spec.template', judged.warnings),
  };
}

function judgeConfiguration(read: Read, context: ValidationContext): Judged {
  const { metadata } = read;
  const template = completed(read, context);
  const judged = judgeTemplate(template, metadata, context);
  const whole = { ...read, spec: specOf(read.spec, template) };
  return {
    errors: [
      ...checkMetadata(metadata, checkOwner(metadata, `${group}/service`, 'Service')),
      ...under('spec.template', judged.errors),
      ...(metadata.ownerReferences === undefined ? checkAuthors(whole) : []),
      ...checkRename(whole),
    ],
    warnings: under('spec.template', judged.warnings),
  };
}

function judgeRoute(read: Read): Judged {
  const { metadata, spec } = read;
  const traffic = defaultTraffic((spec.traffic ?? []) as TrafficTarget[], false);
  const more = [...checkOwner(metadata, `${group}/service`, 'Service'), ...checkRollout(metadata)];
  const errors = [...checkMetadata(metadata, more), ...under('spec.traffic', checkTraffic(traffic, false))];
  const authors =
    metadata.ownerReferences === undefined ? checkAuthors({ ...read, spec: { ...spec, traffic } }) : [];
  return { errors: [...errors, ...authors], warnings: [] };
}

function judgeRevision({ metadata, spec, old }: Read, context: ValidationContext): Judged {
  const errors = checkRevisionMetadata(metadata, context);
  if (old !== undefined) {
    const changed = isSame(spec, old.spec)
      ? []
      : [finding('spec', 'revision.immutable', undefined, 'no change: a revision stays as it is')];
    return { errors: [...errors, ...changed], warnings: [] };
  }
  const judged = judgeRevisionSpec(defaultRevisionSpec(spec as RevisionSpec, {}, context), context);
  return { errors: [...errors, ...judged.errors], warnings: judged.warnings };
}

const judgeDomainMapping = ({ metadata, spec }: Read): Judged => ({
  errors: checkDomainMapping(metadata, (spec.ref ?? {}) as KReference),
  warnings: [],
});

const judges: Readonly<Record<string, (read: Read, context: ValidationContext) => Judged>> = {
  [`${group}/v1 Service`]: judgeService,
  [`${group}/v1 Configuration`]: judgeConfiguration,
  [`${group}/v1 Route`]: judgeRoute,
  [`${group}/v1 Revision`]: judgeRevision,
  [`${group}/v1beta1 DomainMapping`]: judgeDomainMapping,
};

const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;

/** What is wrong with what an object calls itself; undefined for a kind of somebody else's. */
function strange(object: unknown): Verdict | undefined {
  const [apiVersion, kind] = [field(object, 'apiVersion'), field(object, 'kind')];
  const refuse = (name: string, value: unknown, allowed: string): Verdict => ({
    errors: [finding(name, `object.${name === 'kind' ? 'kind' : 'api-version'}`, value, allowed)],
    warnings: [],
  });
  if (typeof object !== 'object' || object === null || Array.isArray(object))
    return {
      errors: [finding('', 'object.shape', object, 'an object with apiVersion and kind')],
      warnings: [],
    };
  if (typeof apiVersion !== 'string' || apiVersion === '')
    return refuse('apiVersion', apiVersion, 'group and version, such as serving.knative.dev/v1');
  if (typeof kind !== 'string' || kind === '') return refuse('kind', kind, 'a kind such as Service');
  if (!apiVersion.startsWith(`${group}/`)) return undefined;
  const known = Object.keys(judges).map((name) => name.split(' '));
  const version = known.find(([, name]) => name === kind)?.[0];
  if (version === undefined)
    return refuse('kind', kind, `one of ${known.map(([, name]) => name).join(', ')}`);
  return refuse('apiVersion', apiVersion, version);
}

const firstOfEach = (findings: readonly Finding[]): Finding[] => {
  const seen = new Set<string>();
  return findings.filter(({ field: name, code, value }) => {
    const key = `${name}\n${code}\n${String(value)}`;
    return !seen.has(key) && seen.add(key) !== undefined;
  });
};

/** A field that is missing because it is misspelt: said where it is missed. */
function withMisspelling(found: Finding, unknown: readonly Finding[]): Finding {
  const end = found.field.lastIndexOf('.');
  if (found.value !== undefined || end < 0) return found;
  const [part, name] = [found.field.slice(0, end + 1), found.field.slice(end + 1)];
  const meant = unknown.find(
    (one) => one.field.startsWith(part) && one.allowed.endsWith(`: did you mean ${name}?`),
  );
  const said = meant?.field.slice(part.length);
  return said === undefined || said.includes('.')
    ? found
    : { ...found, message: `nothing was given, unless "${said}" means it; allowed: ${found.allowed}` };
}

export interface ObjectOptions {
  /** The object as the cluster has it: what is judged is the change. @default - it is new */
  readonly old?: unknown;
  /** Values of a wrong type do not keep the rules from being asked of the others. @default false, as in a cluster */
  readonly goesOn?: boolean;
}

/**
 * The verdict of Knative's webhook on a Service, Configuration, Route, Revision or DomainMapping, under the config maps of
 * a cluster. Objects of other groups are accepted unseen. A value of a wrong type is refused before any rule is asked;
 * an unknown field is a warning.
 */
export function validateObject(
  object: unknown,
  context: ValidationContext,
  options: ObjectOptions = {},
): Verdict {
  const [apiVersion, kind] = [field(object, 'apiVersion'), field(object, 'kind')];
  const judge = judges[`${String(apiVersion)} ${String(kind)}`];
  if (judge === undefined || typeof kind !== 'string') return strange(object) ?? { errors: [], warnings: [] };
  const decoded = decode(object, kind);
  if (decoded.errors.length > 0 && !options.goesOn)
    return { errors: decoded.errors, warnings: decoded.unknown };
  const part = (from: Readonly<Record<string, unknown>>) => ({
    metadata: (from.metadata ?? {}) as ObjectMeta,
    spec: (from.spec ?? {}) as Readonly<Record<string, unknown>>,
  });
  const read = part(decoded.object);
  const old = options.old === undefined ? undefined : part(decode(options.old, kind).object);
  const { errors, warnings } = judge(old === undefined ? read : { ...read, old }, context);
  return {
    errors: firstOfEach([...decoded.errors, ...errors.map((one) => withMisspelling(one, decoded.unknown))]),
    warnings: firstOfEach([...warnings, ...decoded.unknown]),
  };
}
