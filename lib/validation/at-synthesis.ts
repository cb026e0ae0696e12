import { locateFeatures, podInfoWithoutFlag } from './feature-findings.ts';
import { type Fields, fieldsOf } from './fields.ts';
import { type Finding, finding, under } from './finding.ts';
import { dns1123Rule, hostRule, isDns1123Label, isDns1123Subdomain } from './names.ts';
import { checkResources } from './resources.ts';
import { type ServingConfig, servingContext, type ValidationContext } from './serving-config.ts';
import { validateObject } from './validate-object.ts';

/** What the webhook lets through although it cannot work: said where a service is written, refused nowhere else. */

const label = (field: string, value: unknown): Finding[] =>
  value === undefined || (typeof value === 'string' && isDns1123Label(value))
    ? []
    : [finding(field, 'name.dns1123', value, dns1123Rule)];

function inContainer(container: Fields): Finding[] {
  const ports = Array.isArray(container.ports) ? container.ports.map(fieldsOf) : [];
  const { containerPort } = ports[0] ?? {};
  return [
    ...(container.name === 'queue-proxy' ? [] : label('name', container.name)),
    ...(ports.length > 0 && (containerPort === undefined || containerPort === 0)
      ? [finding('ports.containerPort', 'port.range', containerPort, 'a whole number from 1 to 65535')]
      : []),
  ];
}

/** Upstream puts the reason into this one's name. */
const plain = (found: Finding): Finding => ({
  ...found,
  field: found.field.replace(/(\/initial-?[sS]cale)[ =].*$/, '$1'),
});

/** The first finding of each field: a second one would only say the same in other words. */
function once(findings: readonly Finding[]): Finding[] {
  const traffic = findings.some(({ field }) => field.startsWith('spec.traffic['));
  return findings.filter(({ field, code, value }, index) => {
    // What cannot be read cannot add up, and bounds that cross are said once.
    if (code === 'traffic.sum' && traffic) return false;
    if (code === 'scaling.bounds' && field.endsWith('/max-scale')) return false;
    const says = (other: Finding): boolean =>
      other.field === field || (code === 'traffic.tag' && other.code === code && other.value === value);
    return findings.findIndex(says) === index;
  });
}

const podSpec = 'spec.template.spec';

/** The service with another pod spec. */
const withPodSpec = (service: Fields, spec: Fields): Fields => ({
  ...service,
  spec: { ...fieldsOf(service.spec), template: { ...fieldsOf(fieldsOf(service.spec).template), spec } },
});

/** Containers in whose place nothing is wrong. */
const standIns = (count: number, name: string, rest: Fields): Fields[] =>
  Array.from({ length: count }, (_, index) => ({ name: `${name}-${index}`, image: 'image', ...rest }));

/**
 * What is wrong with each container. Upstream names init containers as if they were the others, so that both are judged
 * apart, each with stand-ins for the other.
 */
function judge(service: Fields, spec: Fields, context: ValidationContext): Finding[] {
  const of = (object: Fields) => validateObject(object, context, { goesOn: true }).errors;
  const { initContainers, volumes } = spec;
  if (!Array.isArray(initContainers) || initContainers.length === 0) return [...of(service)];
  const volumeMounts = (Array.isArray(volumes) ? volumes : []).map((volume, index) => ({
    name: fieldsOf(volume).name,
    mountPath: `/volume-${index}`,
    readOnly: true,
  }));
  // Containers that are not there in truth mount what the others may mount too.
  const first = standIns(initContainers.length, 'stand-in', { volumeMounts });
  const others = of(withPodSpec(service, { ...spec, initContainers: first }));
  const one = standIns(1, 'stand-in', { volumeMounts });
  const own = of(withPodSpec(service, { ...spec, containers: one })).filter(({ field }) =>
    field.startsWith(`${podSpec}.containers[`),
  );
  // What is between the two shows only where both are there.
  const between = of(service).filter(
    ({ code, field }) =>
      code === 'volume.unmounted' ||
      (code === 'container.name' && !others.some((other) => other.code === code && other.field === field)),
  );
  return [
    ...others.filter(({ code }) => code !== 'volume.unmounted'),
    ...[...own, ...between].map((found) => ({
      ...found,
      field: found.field.replace(`${podSpec}.containers[`, `${podSpec}.initContainers[`),
    })),
  ];
}

/**
 * What is wrong with a Service (`serving.knative.dev/v1`), under the given config maps: what Knative's webhook would
 * refuse, and what Kubernetes would refuse afterwards.
 */
export function validateService(service: unknown, config: ServingConfig = {}): Finding[] {
  const { metadata, spec } = fieldsOf(service);
  const template = fieldsOf(fieldsOf(spec).template);
  const pod = fieldsOf(template.spec);
  const object = { apiVersion: 'serving.knative.dev/v1', kind: 'Service', ...fieldsOf(service) };
  const context = servingContext(config);
  return once([
    ...locateFeatures(judge(object, pod, context).map(plain), pod, context, config.release),
    ...podInfoWithoutFlag(fieldsOf(template.metadata), context),
    ...checkResources(object, config),
    ...label('metadata.namespace', fieldsOf(metadata).namespace),
    ...['containers', 'initContainers'].flatMap((list) =>
      (Array.isArray(pod[list]) ? pod[list] : []).flatMap((container, index) =>
        under(`${podSpec}.${list}[${index}]`, inContainer(fieldsOf(container))),
      ),
    ),
  ]);
}

/** What is wrong with a DomainMapping (`serving.knative.dev/v1beta1`), in the same sense. */
export function validateDomainMapping(mapping: unknown): Finding[] {
  const { metadata, spec } = fieldsOf(mapping);
  const { ref, tls } = fieldsOf(spec);
  const { secretName } = fieldsOf(tls);
  const object = { apiVersion: 'serving.knative.dev/v1beta1', kind: 'DomainMapping', ...fieldsOf(mapping) };
  return once([
    ...validateObject(object, servingContext(), { goesOn: true }).errors,
    ...label('metadata.namespace', fieldsOf(metadata).namespace),
    ...label('spec.ref.name', fieldsOf(ref).name),
    ...(secretName === undefined || (typeof secretName === 'string' && isDns1123Subdomain(secretName))
      ? []
      : [finding('spec.tls.secretName', 'name.dns1123', secretName, hostRule)]),
  ]);
}
