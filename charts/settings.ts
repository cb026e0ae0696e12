import { release } from '../constructs/knative/index.ts';
import { neededSettings } from '../constructs/service/index.ts';
import type { Colour, Fleet } from '../lib/fleet/index.ts';
import { type Problem, ZeroshiftError } from '../lib/messages/error.ts';
import { checkConfigMap } from '../lib/validation/index.ts';

type Settings = Readonly<Record<string, string>>;

/** What a colour's config maps hold: the fleet's own keys, over those that follow from the rest of the fleet. */
export interface ServingSettings {
  readonly autoscaler: Settings;
  readonly defaults: Settings;
  readonly deployment: Settings;
  readonly domain: Settings;
  readonly features: Settings;
  readonly network: Settings;
}

const ingressClass = 'kourier.ingress.networking.knative.dev';

/**
 * The settings of a colour. A service that needs a feature flag, or a scale of zero to begin with, turns it on, unless
 * the fleet says otherwise: then the service is refused under these settings.
 */
export function servingSettings(fleet: Fleet, colour: Colour): ServingSettings {
  const { serving } = fleet.colours[colour];
  const needed = fleet.services.map(neededSettings);
  return {
    autoscaler: Object.assign({}, ...needed.map(({ autoscaler }) => autoscaler), serving.autoscaler),
    defaults: serving.defaults,
    deployment: serving.deployment,
    domain: { [fleet.domain]: '' },
    features: Object.assign({}, ...needed.map(({ features }) => features), serving.features),
    // Upstream's default is Istio's class, and nothing would answer.
    network: { 'ingress-class': ingressClass, ...serving.network },
  };
}

const minor = (version: string): number => Number(version.split('.')[1]);

/**
 * Checks what a colour says of Serving: release, Kubernetes version, every key of the config maps.
 * @throws ZeroshiftError `knative.unknown-release`, `fleet.invalid` with every mistake at once
 */
export function checkServing(fleet: Fleet, colour: Colour): void {
  const { kubernetes, knative, serving } = fleet.colours[colour];
  const data = release(knative, `colours.${colour}.knative`);
  const problems: Problem[] = (
    ['autoscaler', 'defaults', 'deployment', 'features', 'network'] as const
  ).flatMap((map) =>
    checkConfigMap(`config-${map}`, serving[map], { features: data.features }).map(
      ({ field, value, allowed }) => ({
        where: `colours.${colour}.serving.${map}.${field.replace(/^data\./, '')}`,
        value,
        allowed,
      }),
    ),
  );
  if (minor(kubernetes) < minor(data.kubernetes))
    problems.push({
      where: `colours.${colour}.kubernetes`,
      value: kubernetes,
      allowed: `${data.kubernetes} or newer, which Knative Serving ${knative} needs`,
    });
  if (problems.length > 0)
    throw new ZeroshiftError(
      problems.length === 1 ? 'the fleet has a mistake' : `the fleet has ${problems.length} mistakes`,
      {
        code: 'fleet.invalid',
        source: 'user',
        problems,
        action: 'mend the fields named above and run it again',
      },
    );
}
