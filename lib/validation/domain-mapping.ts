import type { Finding } from './finding.ts';
import { dns1123Rule, hostRule, isDns1123Label, isDns1123Subdomain } from './names.ts';
import { fieldsOf, textOf } from './shape.ts';

const clusterDomain = 'cluster.local';

/** What Knative's webhook would refuse in a DomainMapping (`serving.knative.dev/v1beta1`). */
export function validateDomainMapping(mapping: unknown): Finding[] {
  const { metadata, spec } = fieldsOf(mapping);
  const { name, namespace } = fieldsOf(metadata);
  const host = textOf(name) ?? '';
  const found: Finding[] = [];
  if (!isDns1123Subdomain(host) || !host.includes('.'))
    found.push({
      field: 'metadata.name',
      code: 'domain.name',
      value: name,
      allowed: `${hostRule}, with at least one dot`,
    });
  if (host.endsWith(`.${clusterDomain}`))
    found.push({
      field: 'metadata.name',
      code: 'domain.cluster-local',
      value: name,
      allowed: `a host outside ${clusterDomain}`,
    });
  if (namespace !== undefined && !isDns1123Label(textOf(namespace) ?? ''))
    found.push({ field: 'metadata.namespace', code: 'name.dns1123', value: namespace, allowed: dns1123Rule });
  const reference = fieldsOf(fieldsOf(spec).ref);
  for (const field of ['apiVersion', 'kind', 'name'])
    if ((textOf(reference[field]) ?? '') === '')
      found.push({
        field: `spec.ref.${field}`,
        code: 'domain.target',
        value: reference[field],
        allowed: 'a value',
      });
  if (textOf(reference.name) && !isDns1123Label(String(reference.name)))
    found.push({
      field: 'spec.ref.name',
      code: 'domain.target',
      value: reference.name,
      allowed: `the name of a service: ${dns1123Rule}`,
    });
  return found;
}
