import type { KubeObject } from '../../clusters/cluster-port.ts';
import { type Fields, fieldsOf } from '../../validation/fields.ts';
import { portable } from '../portable.ts';
import type { RepairCode } from './exported-file.ts';
import { numbered } from './generations.ts';
import { type Given, type GivenService, generatedName, generationOfName, labels } from './given.ts';

/** The revisions that a file knows of a service, without what belongs to the cluster that they came from. */

/** Tells a repair of an object, at a field of it. */
export type Tell = (given: Given, code: RepairCode, text: string, field?: string) => void;

export type Texts = Readonly<Record<string, string>>;

/** A revision as the file knows it. */
export interface Known {
  readonly given: Given;
  readonly name: string;
  /** @default - not said */
  readonly said?: number;
  readonly labels: Texts;
  readonly annotations: Texts;
  readonly spec: Fields;
  /** Where the file has it: the digests that images stood for. */
  readonly status?: unknown;
}

export type Dated = Known & { readonly generation: number };

/** What of metadata is worth having elsewhere. */
export const kept = (metadata: unknown): { name?: string; labels: Texts; annotations: Texts } => {
  const {
    name,
    labels: own = {},
    annotations = {},
  } = portable({
    apiVersion: '',
    kind: '',
    metadata: fieldsOf(metadata) as KubeObject['metadata'],
  }).metadata;
  return { ...(name === undefined ? {} : { name }), labels: own, annotations };
};

/** The keys of labels and annotations that are left behind. */
function leftBehind(metadata: unknown): string[] {
  const after = kept(metadata);
  const gone = (part: 'labels' | 'annotations'): string[] =>
    Object.keys(fieldsOf(fieldsOf(metadata)[part])).filter(
      // The generation is kept, as a number.
      (key) => !Object.hasOwn(after[part], key) && key !== labels.generation,
    );
  return [...gone('labels'), ...gone('annotations')].sort();
}

export function tellLeft(tell: Tell, given: Given, metadata: unknown, field: string): void {
  const keys = leftBehind(metadata);
  if (keys.length > 0)
    tell(given, 'cluster-fields', `left behind, as they belong to its cluster: ${keys.join(', ')}`, field);
}

/** The labels that are not Knative's own: those it gives anew. */
const own = (texts: Texts): Texts =>
  Object.fromEntries(Object.entries(texts).filter(([key]) => !key.startsWith('serving.knative.dev/')));

function fromRevision(given: Given, service: string, tell: Tell): Known {
  const { metadata, spec, status } = given.object;
  const { labels: texts, annotations } = kept(metadata);
  tellLeft(tell, given, metadata, 'metadata');
  const said = Number(metadata.labels?.[labels.generation]) || generationOfName(service, metadata.name);
  return {
    given,
    name: metadata.name,
    ...(said === undefined ? {} : { said }),
    labels: own(texts),
    annotations,
    spec: fieldsOf(spec),
    ...(status === undefined || Object.keys(fieldsOf(status)).length === 0 ? {} : { status }),
  };
}

function fromReplay(given: Given, index: number, tell: Tell): Known {
  const { metadata, spec } = given.object;
  const before = fieldsOf(fieldsOf(spec).template);
  const { name: found, labels: texts, annotations } = kept(before.metadata);
  const name = found ?? generatedName(metadata.name, index + 1);
  tellLeft(tell, given, before.metadata, 'spec.template.metadata');
  tell(given, 'replayed', `this earlier state of it became the revision ${name}`);
  const said = generationOfName(metadata.name, name);
  return {
    given,
    name,
    ...(said === undefined ? {} : { said }),
    labels: own(texts),
    annotations,
    spec: fieldsOf(before.spec),
  };
}

export const filled = (part: 'labels' | 'annotations', texts: Texts) =>
  Object.keys(texts).length === 0 ? {} : { [part]: texts };

/** Images of a revision of which nobody knows what they stood for. */
export function tagged({ spec, status }: Pick<Known, 'spec' | 'status'>): string[] {
  const { containerStatuses, initContainerStatuses } = fieldsOf(status);
  if (Array.isArray(containerStatuses) || Array.isArray(initContainerStatuses)) return [];
  return [spec.initContainers, spec.containers]
    .flatMap((list) => (Array.isArray(list) ? list : []))
    .map((container) => fieldsOf(container).image)
    .filter((image): image is string => typeof image === 'string' && !image.includes('@sha256:'));
}

/** The revisions of the file, the oldest first, each with its generation. */
export function dated(service: GivenService, tell: Tell): Dated[] {
  const { name } = service.object.metadata;
  const all = [
    ...service.revisions.map((one) => fromRevision(one, name, tell)),
    ...service.replayed.map((one, index) => fromReplay(one, index, tell)),
  ];
  if (all.every(({ said }) => said !== undefined)) all.sort((a, b) => (a.said ?? 0) - (b.said ?? 0));
  return numbered(all.map(({ said }) => said)).flatMap(({ generation, said }, index) => {
    const known = all[index];
    if (known === undefined) return [];
    if (!said)
      tell(
        known.given,
        'generation-numbered',
        `the file does not say which generation ${known.name} was: it counts as ${generation}`,
      );
    return [{ ...known, generation }];
  });
}
