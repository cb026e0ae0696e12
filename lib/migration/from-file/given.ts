import type { KubeObject } from '../../clusters/cluster-port.ts';
import { childName } from '../../validation/index.ts';
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

/** `cart-00007`, as Knative calls a revision whose template has no name; shortened as Knative shortens it. */
export const generatedName = (service: string, generation: number): string =>
  childName(service, `-${String(generation).padStart(5, '0')}`);

/** The generation of a name that Knative made; undefined where a person chose it. */
export function generationOfName(service: string, name: string | undefined): number | undefined {
  const number = Number(/-(\d{5,})$/.exec(name ?? '')?.[1]);
  return number > 0 && name === generatedName(service, number) ? number : undefined;
}
