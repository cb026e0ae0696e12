import { type Finding, finding, under } from './finding.ts';
import { parseGoDuration } from './go-values.ts';
import { dns1035Rule, isDns1035Label, isDns1035Prefix } from './names.ts';
import type { ObjectMeta } from './objects.ts';

type Texts = Readonly<Record<string, string>>;

const second = 1e9;

/** The first of the names under which an annotation is given; old spellings come last. */
export function annotation(
  annotations: Texts,
  ...names: readonly string[]
): { readonly key: string; readonly text: string } | undefined {
  const key = names.find((name) => Object.hasOwn(annotations, name));
  return key === undefined ? undefined : { key, text: annotations[key] ?? '' };
}

/** What is wrong with an object's name. */
export function checkNames({ name = '', generateName = '' }: ObjectMeta): Finding[] {
  if (generateName !== '' && !isDns1035Prefix(generateName))
    return [finding('generateName', 'name.dns1035', generateName, `the beginning of a name: ${dns1035Rule}`)];
  if (name !== '' && !isDns1035Label(name)) return [finding('name', 'name.dns1035', name, dns1035Rule)];
  if (generateName === '' && name === '') return [finding('name', 'name.missing', undefined, dns1035Rule)];
  return [];
}

/** Annotations of autoscaling where none may be. */
export const noScaling = (annotations: Texts = {}): Finding[] =>
  Object.keys(annotations)
    .filter((key) => key.startsWith('autoscaling.knative.dev'))
    .map((key) =>
      finding(
        'annotations',
        'scaling.misplaced',
        key,
        'autoscaling annotations only in spec.template.metadata.annotations',
      ),
    );

/** An annotation that holds whole seconds of at least 0; nothing says nothing. */
export function checkSeconds(annotations: Texts, code: string, ...names: readonly string[]): Finding[] {
  const given = annotation(annotations, ...names);
  if (given === undefined || given.text === '') return [];
  const time = parseGoDuration(given.text);
  const fits = time !== undefined && time >= 0 && time % second === 0;
  return fits
    ? []
    : [finding(given.key, code, given.text, 'whole seconds of at least 0, such as 90s or 10m')];
}

/** The label that names an owner, where no owner of that name is there. */
export function checkOwner(metadata: ObjectMeta, label: string, kind: string): Finding[] {
  const owner = metadata.labels?.[label];
  if (owner === undefined) return [];
  const owners = metadata.ownerReferences ?? [];
  if (owners.some((reference) => reference.kind === kind && (reference.name ?? '') === owner)) return [];
  return [finding(`labels.${label}`, 'label.owner', owner, `the name of an owner of kind ${kind}`)];
}

/** The rules for the metadata of services, configurations and routes. Fields begin with `metadata`. */
export const checkMetadata = (metadata: ObjectMeta, more: readonly Finding[] = []): Finding[] =>
  under('metadata', [...checkNames(metadata), ...noScaling(metadata.annotations), ...more]);

/** How long a rollout takes: on services and routes. */
export const checkRollout = ({ annotations = {} }: ObjectMeta): Finding[] =>
  under(
    'annotations',
    checkSeconds(
      annotations,
      'rollout.duration',
      'serving.knative.dev/rollout-duration',
      'serving.knative.dev/rolloutDuration',
    ),
  );
