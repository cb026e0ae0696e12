import type { KubeObject } from '../../clusters/cluster-port.ts';
import type { MigrationDefinition, RewriteContext } from '../../fleet/fleet.ts';
import { listOf } from '../inventory/names.ts';
import { type Fields, isFields } from '../plan/paths.ts';
import { rewriteObject } from '../plan/rewrites.ts';
import { portable } from '../portable.ts';

/** How the fleet rewrites what it moves. */
export interface Rewriting {
  readonly migration: MigrationDefinition;
  readonly context: RewriteContext;
}

/** An object of the source as it is to be on the target, or why that cannot be said. */
export type Expected = { readonly object: KubeObject } | { readonly failed: string };

/** @param rewriting undefined: everything is as on the source */
export function expectedObject(object: KubeObject, rewriting: Rewriting | undefined): Expected {
  const own = portable(object);
  if (rewriting === undefined) return { object: own };
  const { migration, context } = rewriting;
  const { object: made, refusal } = rewriteObject(own, migration.rewrites, context);
  return refusal === undefined ? { object: made } : { failed: refusal.why };
}

/** A host as it is to be on the target. */
export function expectedHost(host: string, namespace: string, rewriting: Rewriting | undefined): string {
  if (rewriting === undefined) return host;
  const { migration, context } = rewriting;
  const named = {
    apiVersion: 'serving.knative.dev/v1beta1',
    kind: 'DomainMapping',
    metadata: { name: host, namespace },
  };
  const ofHosts = migration.rewrites.filter(({ hosts }) => hosts !== undefined);
  return rewriteObject(named, ofHosts, context).object.metadata.name;
}

export const expectedUrl = (url: string, namespace: string, rewriting: Rewriting | undefined): string => {
  const { protocol, hostname } = new URL(url);
  return `${protocol}//${expectedHost(hostname, namespace, rewriting)}`;
};

type Texts = Readonly<Record<string, string>>;

/** What a template says of a revision; the rest is the controller's. */
const ownLabels = (labels: Texts | undefined): Texts =>
  Object.fromEntries(Object.entries(labels ?? {}).filter(([key]) => !key.startsWith('serving.knative.dev/')));

/** The template that made a revision. */
export function templateOf(revision: KubeObject): Fields {
  const { labels, annotations } = portable(revision).metadata;
  return {
    metadata: { labels: ownLabels(labels), annotations: annotations ?? {} },
    spec: revision.spec ?? {},
  };
}

/** The template that is to make a revision of this kind on the target: rewritten as its head's template is. */
export function expectedTemplate(
  head: KubeObject,
  revision: KubeObject,
  rewriting: Rewriting | undefined,
): { readonly template: Fields } | { readonly failed: string } {
  const template = templateOf(revision);
  const expected = expectedObject({ ...head, spec: { ...head.spec, template } }, rewriting);
  if ('failed' in expected) return expected;
  const made: unknown = expected.object.spec?.template;
  return { template: isFields(made) ? made : {} };
}

const lists = [
  ['containers', 'containerStatuses'],
  ['initContainers', 'initContainerStatuses'],
] as const;

/**
 * What each container of a revision runs: the digest that its image was resolved to, else the image.
 * @returns list and container's place → image
 */
export function resolvedImages(revision: KubeObject): ReadonlyMap<string, string> {
  const images = new Map<string, string>();
  for (const [list, statusList] of lists) {
    const statuses = listOf(revision.status?.[statusList]);
    listOf(revision.spec?.[list]).forEach(({ name, image }, index) => {
      const status = statuses.find((one) => one.name === name) ?? statuses[index];
      images.set(`${list} ${index}`, String(status?.imageDigest ?? image ?? ''));
    });
  }
  return images;
}

/** `@sha256:…` of an image; undefined where it has none. */
export const digestIn = (image: string): string | undefined => /@sha256:[0-9a-f]+$/.exec(image)?.[0];
