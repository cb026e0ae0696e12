import { type Finding, under } from './finding.ts';
import { dns1035Rule, dns1123Rule, isDns1035Label, isDns1123Label } from './names.ts';
import { checkPodSpec } from './pod-spec.ts';
import { checkScaling } from './scaling-annotations.ts';
import { configBool, configInt, type ServingConfig } from './serving-config.ts';
import { type Fields, fieldsOf, textOf, textsOf } from './shape.ts';
import { checkTraffic } from './traffic.ts';

function checkMetadata(metadata: Fields): Finding[] {
  const found: Finding[] = [];
  const { name, namespace } = metadata;
  if (!isDns1035Label(textOf(name) ?? ''))
    found.push({ field: 'name', code: 'name.dns1035', value: name, allowed: dns1035Rule });
  if (namespace !== undefined && !isDns1123Label(textOf(namespace) ?? ''))
    found.push({ field: 'namespace', code: 'name.dns1123', value: namespace, allowed: dns1123Rule });
  for (const key of Object.keys(fieldsOf(metadata.annotations)))
    if (key.startsWith('autoscaling.knative.dev'))
      found.push({
        field: 'annotations',
        code: 'scaling.misplaced',
        value: key,
        allowed: 'autoscaling annotations only on the template',
      });
  return found;
}

function checkRevisionSpec(spec: Fields, config: ServingConfig): Finding[] {
  const found = checkPodSpec(spec, config);
  const { timeoutSeconds, containerConcurrency } = spec;
  const longest = configInt(config.defaults, 'max-revision-timeout-seconds', 600);
  if (timeoutSeconds !== undefined && !isWhole(timeoutSeconds, 0, longest))
    found.push({
      field: 'timeoutSeconds',
      code: 'timeout.range',
      value: timeoutSeconds,
      allowed: `whole seconds from 0 to ${longest} (max-revision-timeout-seconds)`,
    });
  const least = configBool(config.defaults, 'allow-container-concurrency-zero', true) ? 0 : 1;
  const most = configInt(config.defaults, 'container-concurrency-max-limit', 1000);
  if (containerConcurrency !== undefined && !isWhole(containerConcurrency, least, most))
    found.push({
      field: 'containerConcurrency',
      code: 'concurrency.range',
      value: containerConcurrency,
      allowed: `a whole number from ${least} to ${most}`,
    });
  return found;
}

const isWhole = (value: unknown, least: number, most: number): boolean =>
  Number.isInteger(value) && (value as number) >= least && (value as number) <= most;

/**
 * What Knative's webhook would refuse in a Service (`serving.knative.dev/v1`), under the given config maps. Empty: it
 * would be accepted, as far as the rules here go.
 */
export function validateService(service: unknown, config: ServingConfig = {}): Finding[] {
  const { metadata, spec } = fieldsOf(service);
  const { template, traffic } = fieldsOf(spec);
  const head = fieldsOf(fieldsOf(template).metadata);
  const own = fieldsOf(metadata);
  const found = under('metadata', checkMetadata(own));
  const revision = textOf(head.name) ?? '';
  if (revision !== '' && !(isDns1035Label(revision) && revision.startsWith(`${textOf(own.name)}-`)))
    found.push({
      field: 'spec.template.metadata.name',
      code: 'name.revision',
      value: revision,
      allowed: `a name that begins with "${textOf(own.name)}-": ${dns1035Rule}`,
    });
  return [
    ...found,
    ...under('spec.template.metadata.annotations', checkScaling(textsOf(head.annotations), config)),
    ...under('spec.template.spec', checkRevisionSpec(fieldsOf(fieldsOf(template).spec), config)),
    ...under('spec.traffic', checkTraffic(traffic)),
  ];
}
