import { release } from '../constructs/knative/index.ts';
import { neededSettings, neededSettingsOf } from '../constructs/service/index.ts';
import type { Colour, Fleet } from '../lib/fleet/index.ts';
import { knativeServices } from '../lib/fleet/kube-objects.ts';
import type { Problem } from '../lib/messages/error.ts';
import {
  type ConfigPropName,
  configData,
  type ServingConfig,
  type ServingConfigProps,
  servingConfigProblems,
} from '../lib/validation/index.ts';
import { refuseMistakes } from './fleet-mistakes.ts';

type Settings = Readonly<Record<string, string>>;

/** What services are judged under: a colour's config maps as the cluster holds them. */
export interface ServingSettings {
  readonly autoscaler: Settings;
  readonly defaults: Settings;
  readonly deployment: Settings;
  readonly domain: Settings;
  readonly features: Settings;
  readonly network: Settings;
}

const ingressClass = 'kourier.ingress.networking.knative.dev';
const hpaClass = 'hpa.autoscaling.knative.dev';

/**
 * The flags that services need, but for those that this release does not know and one that would do nothing: there the
 * services are refused, which says more than the settings could.
 */
function neededFlags(needed: readonly ServingConfig[], fleet: Fleet, colour: Colour): Settings {
  const { knative, serving } = fleet.colours[colour];
  const { features: known } = release(knative, `colours.${colour}.knative`);
  const flags: Settings = Object.assign({}, ...needed.map(({ features }) => features));
  const idle = serving.features['multi-container'] === 'disabled' ? 'multi-container-probing' : undefined;
  return Object.fromEntries(Object.entries(flags).filter(([flag]) => known.includes(flag) && flag !== idle));
}

/**
 * The config maps of a colour: the fleet's own keys, over those that follow from the rest of the fleet. A service that needs
 * a feature flag, or a scale of zero to begin with, turns it on, unless the fleet says otherwise: then the service is
 * refused under these settings.
 */
export function servingProps(fleet: Fleet, colour: Colour): ServingConfigProps {
  const { activator, ...serving } = fleet.colours[colour].serving;
  const needed = [...fleet.services.map(neededSettings), ...knativeServices(fleet).map(neededSettingsOf)];
  const zero = needed.some(({ autoscaler = {} }) => autoscaler['allow-zero-initial-scale'] === 'true');
  return {
    ...serving,
    autoscaler: { ...(zero ? { 'allow-zero-initial-scale': true } : {}), ...serving.autoscaler },
    domain: { [fleet.domain]: {}, ...serving.domain },
    features: { ...neededFlags(needed, fleet, colour), ...serving.features },
    // Upstream's default is Istio's class, and nothing would answer.
    network: { 'ingress-class': ingressClass, ...serving.network },
  };
}

/** The settings under which a colour's services are judged. */
export function servingSettings(fleet: Fleet, colour: Colour): ServingSettings {
  const props = servingProps(fleet, colour);
  const texts = (prop: ConfigPropName): Settings => configData(props, prop);
  return {
    autoscaler: texts('autoscaler'),
    defaults: texts('defaults'),
    deployment: texts('deployment'),
    domain: texts('domain'),
    features: texts('features'),
    network: texts('network'),
  };
}

const scalingClass = 'autoscaling.knative.dev/class';

/** Whether anything of a colour scales by Kubernetes' horizontal autoscaler, which Knative needs a part of its own for. */
export const needsHpa = (fleet: Fleet, colour: Colour): boolean =>
  fleet.services.some(({ scaling }) => scaling?.class === 'hpa') ||
  knativeServices(fleet).some(
    ({ spec }) => spec?.template?.metadata?.annotations?.[scalingClass] === hpaClass,
  ) ||
  fleet.colours[colour].serving.autoscaler['pod-autoscaler-class'] === hpaClass;

/** What a colour says of Serving that contradicts the rest of the fleet. */
function aroundProblems(fleet: Fleet, colour: Colour): Problem[] {
  const { network, domain } = fleet.colours[colour].serving;
  const problems: Problem[] = [];
  const given = network['ingress-class'];
  if (given !== undefined && given !== ingressClass)
    problems.push({
      where: 'network.ingress-class',
      value: given,
      allowed: `${ingressClass}: the entrance leads to Kourier, and no other ingress is installed`,
    });
  if (domain[fleet.domain] !== undefined)
    problems.push({
      where: `domain.${fleet.domain}`,
      value: domain[fleet.domain],
      allowed: "another domain: the fleet's own is the one of all services that no selector takes",
    });
  return problems;
}

const minor = (version: string): number => Number(version.split('.')[1]);

/**
 * Checks what a colour says of Serving: release, Kubernetes version, every key of the config maps, each by itself, with the
 * others, and with the rest of the fleet.
 * @throws ZeroshiftError `knative.unknown-release`, `fleet.invalid` with every mistake at once
 */
export function checkServing(fleet: Fleet, colour: Colour): void {
  const { kubernetes, knative, serving, ingress = {} } = fleet.colours[colour];
  const data = release(knative, `colours.${colour}.knative`);
  const around = aroundProblems(fleet, colour);
  const found = servingConfigProblems(servingProps(fleet, colour), {
    features: data.features,
    around: {
      activatorGracePeriod: serving.activator.terminationGracePeriod.seconds,
      hpaAutoscaler: needsHpa(fleet, colour),
      gatewayCertificate: (ingress.config?.['certs-secret-name'] ?? '') !== '',
    },
  }).map(({ prop, key, value, allowed }) => ({ where: `${prop}.${key}`, value, allowed }));
  const problems: Problem[] = [
    ...around,
    ...found.filter(({ where }) => !around.some((known) => where.startsWith(known.where))),
  ].map((problem) => ({ ...problem, where: `colours.${colour}.serving.${problem.where}` }));
  if (minor(kubernetes) < minor(data.kubernetes))
    problems.push({
      where: `colours.${colour}.kubernetes`,
      value: kubernetes,
      allowed: `${data.kubernetes} or newer, which Knative Serving ${knative} needs`,
    });
  refuseMistakes(problems);
}
