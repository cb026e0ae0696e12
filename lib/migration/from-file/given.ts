import type { KubeObject } from '../../clusters/cluster-port.ts';
import { type Fields, fieldsOf } from '../../validation/fields.ts';
import { childName } from '../../validation/index.ts';
import { listOf } from '../inventory/names.ts';
import type { Part } from './documents.ts';

/** An object of the file, with its namespace. */
export interface Given {
  readonly object: KubeObject;
  readonly part: Part;
}

/** A Knative service with what the file knows of its past. */
export interface GivenService extends Given {
  /** Revisions, as `Export` and lists of objects hold them. */
  readonly revisions: readonly Given[];
  /** Earlier states of the service, the oldest first, as a list to be replayed holds them. */
  readonly replayed: readonly Given[];
  /** @default - the file does not have it */
  readonly configuration?: Given;
}

const prefix = 'serving.knative.dev';

export const labels = {
  configuration: `${prefix}/configuration`,
  generation: `${prefix}/configurationGeneration`,
  service: `${prefix}/service`,
} as const;

/** The apiVersion of all of Knative's kinds that have a past. */
export const servingVersion = `${prefix}/v1`;

/** Containers by the names that Knative gives to those that have none: by them a cluster's are known again. */
function named(spec: Fields): Fields {
  const given = (list: string): Fields[] => listOf(spec[list]).map((one) => ({ ...one }));
  const taken = new Set([...given('containers'), ...given('initContainers')].map(({ name }) => name));
  const lists = (
    [
      ['containers', 'user-container'],
      ['initContainers', 'init-container'],
    ] as const
  ).flatMap(([list, usual]) => {
    const all = given(list);
    if (all.every(({ name }) => typeof name === 'string' && name !== '')) return [];
    let suffix = 0;
    const next = (): string => {
      for (;;) {
        const name = all.length === 1 && !taken.has(usual) ? usual : `${usual}-${suffix++}`;
        if (!taken.has(name)) return name;
      }
    };
    return [[list, all.map((one) => (one.name ? one : { ...one, name: next() }))] as const];
  });
  return lists.length === 0 ? spec : { ...spec, ...Object.fromEntries(lists) };
}

/** An object of Knative's as its webhook would have named its containers; others as they are. */
export function withContainerNames(object: KubeObject): KubeObject {
  if (object.apiVersion !== servingVersion) return object;
  if (object.kind === 'Revision') return { ...object, spec: named(fieldsOf(object.spec)) };
  const { template, ...spec } = fieldsOf(object.spec);
  if (template === undefined) return object;
  const made = fieldsOf(template);
  return { ...object, spec: { ...spec, template: { ...made, spec: named(fieldsOf(made.spec)) } } };
}

/** `cart-00007`, as Knative calls a revision whose template has no name; shortened as Knative shortens it. */
export const generatedName = (service: string, generation: number): string =>
  childName(service, `-${String(generation).padStart(5, '0')}`);

/** The generation of a name that Knative made; undefined where a person chose it. */
export function generationOfName(service: string, name: string | undefined): number | undefined {
  const number = Number(/-(\d{5,})$/.exec(name ?? '')?.[1]);
  return number > 0 && name === generatedName(service, number) ? number : undefined;
}
