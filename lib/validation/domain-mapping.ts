import { type Finding, finding, under } from './finding.ts';
import { hostRule, isFullyQualifiedDomain } from './names.ts';
import type { KReference, ObjectMeta } from './objects.ts';

const clusterDomain = 'cluster.local';

function checkReference(reference: KReference, namespace: string | undefined): Finding[] {
  const found = (['name', 'apiVersion', 'kind'] as const)
    .filter((field) => reference[field] === undefined)
    .map((field) => finding(field, 'domain.target', undefined, 'a value'));
  if (reference.group !== undefined)
    found.push(finding('group', 'domain.target', reference.group, 'nothing: apiVersion says the group'));
  const away =
    reference.namespace !== undefined && namespace !== undefined && reference.namespace !== namespace;
  if (away)
    found.push(
      finding('namespace', 'domain.namespace', reference.namespace, `the mapping's own, ${namespace}`),
    );
  return found;
}

/** What is wrong with a new DomainMapping. */
export function checkDomainMapping(metadata: ObjectMeta, reference: KReference): Finding[] {
  const { name = '', generateName, namespace } = metadata;
  const found: Finding[] = [];
  if (generateName !== undefined)
    found.push(finding('generateName', 'field.disallowed', generateName, 'nothing: the name is the host'));
  if (!isFullyQualifiedDomain(name))
    found.push(finding('name', 'domain.name', name || undefined, `${hostRule}, with at least one dot`));
  if (name.endsWith(`.${clusterDomain}`))
    found.push(finding('name', 'domain.cluster-local', name, `a host outside ${clusterDomain}`));
  return [...under('metadata', found), ...under('spec.ref', checkReference(reference, namespace))];
}
