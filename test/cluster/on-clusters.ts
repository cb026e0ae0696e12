import { describe, inject } from 'vitest';
import type { Colour } from '../../lib/fleet/index.ts';
import type { Api } from './api/index.ts';
import type { Cluster } from './lane/index.ts';

/** The two clusters of the lane; only to be asked for inside `onClusters`. */
export function clusters(): Readonly<Record<Colour, Cluster>> {
  const found = inject('clusters');
  if (found === undefined) throw new Error('there are no clusters here');
  return found;
}

/** A group of tests that need real clusters; skipped, and said so, where there can be none. */
export const onClusters = describe.skipIf(inject('clusters') === undefined);

/** A namespace of this run's own: that of an earlier one may take minutes to go. */
export const ownNamespace = (name: string): string => `${name}-${process.pid}`;

/**
 * Takes a namespace away with its Knative Services. They go at once; the namespace goes by itself once its pods have ended, and
 * would keep the services until then.
 */
export async function dismiss(api: Api, namespace: string): Promise<void> {
  const services = { apiVersion: 'serving.knative.dev/v1', kind: 'Service' };
  for (const { metadata } of await api.list(services, namespace))
    await api.remove({ ...services, name: metadata.name, namespace });
  await api.remove({ apiVersion: 'v1', kind: 'Namespace', name: namespace });
}
