import { synthColour } from '../../../charts/index.ts';
import type { Kind } from '../../../lib/clusters/index.ts';
import type { Colour, Fleet } from '../../../lib/fleet/index.ts';
import type { Api } from '../api/index.ts';
import { until } from '../machine/index.ts';
import { applyObjects, holds } from './apply.ts';
import { bindingDefinitions } from './binding-definitions.ts';
import { type ImageFor, localized } from './localize.ts';
import { parseManifests } from './parse.ts';

const deployments: Kind = { apiVersion: 'apps/v1', kind: 'Deployment' };

/** Namespaces of what is installed. */
export const knativeNamespaces = ['knative-serving', 'kourier-system'] as const;

/** Seconds until everything has to run. */
const longest = 120;

/**
 * Applies a colour's manifests as they are synthesized, but for images, requests and the gateways' times, and returns when all of it runs.
 * @throws ApiRefusal, ZeroshiftError `lane.too-long` with what does not run
 */
export async function installKnative(
  api: Api,
  fleet: Fleet,
  colour: Colour,
  imageFor: ImageFor,
): Promise<void> {
  const objects = parseManifests(synthColour(fleet, colour)).map((object) => localized(object, imageFor));
  await applyObjects(api, [...bindingDefinitions, ...objects]);
  await until('Knative', longest, async () => {
    const all = await Promise.all(knativeNamespaces.map((namespace) => api.list(deployments, namespace)));
    const late = all.flat().filter((one) => !holds(one, 'Available'));
    if (late.length > 0)
      throw new Error(`not available: ${late.map(({ metadata }) => metadata.name).join(', ')}`);
    return true;
  });
}
