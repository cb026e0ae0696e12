import { type Finding, finding, under } from './finding.ts';
import { dns1123Rule, isDns1123Label } from './names.ts';
import { type ServingConfig, servingContext } from './serving-config.ts';
import { validateObject } from './validate-object.ts';

/** What the webhook lets through although it cannot work: said where a service is written, refused nowhere else. */

type Fields = Readonly<Record<string, unknown>>;

const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};

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

/**
 * What is wrong with a Service (`serving.knative.dev/v1`), under the given config maps: what Knative's webhook would
 * refuse, and what Kubernetes would refuse afterwards.
 */
export function validateService(service: unknown, config: ServingConfig = {}): Finding[] {
  const { metadata, spec } = fieldsOf(service);
  const { containers } = fieldsOf(fieldsOf(fieldsOf(spec).template).spec);
  const object = { apiVersion: 'serving.knative.dev/v1', kind: 'Service', ...fieldsOf(service) };
  return once([
    ...validateObject(object, servingContext(config), { goesOn: true }).errors.map(plain),
    ...label('metadata.namespace', fieldsOf(metadata).namespace),
    ...(Array.isArray(containers) ? containers : []).flatMap((container, index) =>
      under(`spec.template.spec.containers[${index}]`, inContainer(fieldsOf(container))),
    ),
  ]);
}

/** What is wrong with a DomainMapping (`serving.knative.dev/v1beta1`), in the same sense. */
export function validateDomainMapping(mapping: unknown): Finding[] {
  const { metadata, spec } = fieldsOf(mapping);
  const reference = fieldsOf(fieldsOf(spec).ref);
  const object = { apiVersion: 'serving.knative.dev/v1beta1', kind: 'DomainMapping', ...fieldsOf(mapping) };
  return once([
    ...validateObject(object, servingContext(), { goesOn: true }).errors,
    ...label('metadata.namespace', fieldsOf(metadata).namespace),
    ...label('spec.ref.name', reference.name),
  ]);
}
