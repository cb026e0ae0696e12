import type { KubeObject, Reference } from '../../clusters/cluster-port.ts';
import { fieldsOf } from '../../validation/fields.ts';
import { childName } from '../../validation/index.ts';

/** By what Knative's controllers, and a migration, know their objects. */

const prefix = 'serving.knative.dev';
export const labels = {
  service: `${prefix}/service`,
  serviceUid: `${prefix}/serviceUID`,
  configuration: `${prefix}/configuration`,
  configurationUid: `${prefix}/configurationUID`,
  generation: `${prefix}/configurationGeneration`,
  routingState: `${prefix}/routingState`,
  /** On revisions that only keep a name. */
  temporary: 'zeroshift.dev/temporary',
} as const;

export const initialScale = 'autoscaling.knative.dev/initial-scale';
/** What `initialScale` was where the revision came from; empty for nothing. */
export const initialScaleBefore = 'zeroshift.dev/initial-scale';

/** In whose name a migration writes. */
const manager = 'zeroshift';

/** Undefined where the label is missing or no number. */
export function generationOf({ metadata }: KubeObject): number | undefined {
  const text = metadata.labels?.[labels.generation];
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

export const isTemporary = ({ metadata }: KubeObject): boolean =>
  metadata.labels?.[labels.temporary] === 'true';

export const isControlledBy = (object: KubeObject, uid: string | undefined): boolean =>
  (object.metadata.ownerReferences ?? []).some((one) => one.controller === true && one.uid === uid);

export const ownerOf = ({ metadata }: KubeObject) =>
  (metadata.ownerReferences ?? []).find(({ controller }) => controller === true);

/** Whether a migration wrote more of it than its status. */
export function isOurs({ metadata }: KubeObject): boolean {
  const entries = Array.isArray(metadata.managedFields) ? metadata.managedFields : [];
  return entries.map(fieldsOf).some((one) => one.manager === manager && one.subresource !== 'status');
}

/** The name that a template asks for. */
export const templateName = ({ spec }: KubeObject): string | undefined =>
  spec?.template?.metadata?.name || undefined;

export const referenceOf = ({ apiVersion, kind, metadata }: KubeObject): Reference => ({
  apiVersion,
  kind,
  name: metadata.name,
  ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }),
});

/** The number that a generated name of this configuration ends with; undefined for names that people gave. */
export function generatedNumber(configuration: string, revision: string): number | undefined {
  const digits = /-(\d{5,})$/.exec(revision)?.[1];
  if (digits === undefined || childName(configuration, `-${digits}`) !== revision) return undefined;
  return Number(digits);
}

const longestName = 63;
/** As many letters as the name of the service leaves room for. */
const pairs = [
  ['-zs-a', '-zs-b'],
  ['-zsa', '-zsb'],
  ['-za', '-zb'],
  ['-a', '-b'],
] as const;

/**
 * Names for two revisions that only pass generations. A revision's name begins with the name of its service, so that
 * there are none for a name of 62 letters and more.
 * @param isTaken whether a revision that matters has this name
 */
export function temporaryNames(
  name: string,
  isTaken: (name: string) => boolean = () => false,
): readonly [string, string] | undefined {
  for (const [first, second] of pairs) {
    const names = [`${name}${first}`, `${name}${second}`] as const;
    if (names[0].length <= longestName && !names.some(isTaken)) return names;
  }
  return undefined;
}
