import type { KubeObject } from '../clusters/cluster-port.ts';
import type { Problem } from '../messages/error.ts';
import { awsContradictions } from './aws-contradictions.ts';
import { colours } from './colour.ts';
import { handsOnProblems } from './cutover-hands-problems.ts';
import type { Fleet, Region } from './fleet.ts';
import { isDomainMapping, isKnativeService, objectKey, shownObject } from './kube-objects.ts';
import { fieldPlace } from './manifest-problems.ts';
import { type PortedItems, plainPortProblems } from './plain-ports.ts';

/** What the parts of a fleet allow by themselves, but not together. */

/** Zones that a region cannot have, or has twice. */
const zoneProblems = (regions: readonly Region[]): Problem[] =>
  regions.flatMap(({ name, availabilityZones: zones }, region) =>
    zones.flatMap((zone, index): Problem[] => {
      const where = `regions[${region}].availabilityZones[${index}]`;
      if (!zone.startsWith(name) || !/^(-[a-z0-9-]+)?[a-z]$/.test(zone.slice(name.length)))
        return [{ where, value: zone, allowed: `a zone of ${name}, such as ${name}a` }];
      return zones.indexOf(zone) < index ? [{ where, value: zone, allowed: 'each zone once' }] : [];
    }),
  );

type Fields = Partial<
  Pick<Fleet, 'regions' | 'colours' | 'cutover' | 'entrance' | 'accelerator' | 'clusters' | 'alarms'>
>;

/** Between the fields that the fleet's own file holds, whatever its services are; those that are wrong are left out. */
export function fieldContradictions(fields: Fields): Problem[] {
  const { regions, colours: both, cutover } = fields;
  const found = [...zoneProblems(regions ?? []), ...awsContradictions(fields)];
  const names = regions?.map(({ name }) => name);
  for (const colour of colours)
    for (const region of Object.keys(both?.[colour].existing ?? {}))
      if (names?.includes(region) === false)
        found.push({
          where: `colours.${colour}.existing.${region}`,
          value: region,
          allowed: `a region of the fleet: ${names.join(', ')}`,
        });
  if (cutover !== undefined) found.push(...handsOnProblems(cutover, cutover.steps, names));
  if (cutover !== undefined && cutover.patience.milliseconds < cutover.bake.milliseconds)
    found.push({
      where: 'cutover.patience',
      value: cutover.patience.toString(),
      allowed: `at least the bake time, ${cutover.bake}`,
    });
  return found;
}

/** An object that a fleet makes, and where it is written. */
interface Placed {
  readonly object: KubeObject;
  readonly place: string;
  /** The field that is to be changed. */
  readonly where: string;
  readonly value: unknown;
}

const kube = (apiVersion: string, kind: string, name: string, namespace?: string): KubeObject => ({
  apiVersion,
  kind,
  metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
});

/** What a fleet runs, and where requests come to it. */
type Items = Pick<Fleet, 'services' | 'domainMappings' | 'manifests' | 'sources'> & PortedItems;

/** Everything that the fleet's items become in a cluster, with what Knative makes of them under a name of theirs. */
function objectsOf(fleet: Items): Placed[] {
  const { services, domainMappings, manifests, sources } = fleet;
  const placed: Placed[] = [];
  const add = (object: KubeObject, place: string, where: string, value: unknown) =>
    placed.push({ object, place, where, value });
  services.forEach(({ name, namespace = 'default' }, index) => {
    const place = sources.services[index] ?? `services[${index}]`;
    add(kube('serving.knative.dev/v1', 'Service', name, namespace), place, `${place}.name`, name);
  });
  domainMappings.forEach(({ name, namespace = 'default', claim = true }, index) => {
    const place = sources.domainMappings[index] ?? `domainMappings[${index}]`;
    const mapping = kube('serving.knative.dev/v1beta1', 'DomainMapping', name, namespace);
    add(mapping, place, `${place}.name`, name);
    if (claim)
      add(
        kube('networking.internal.knative.dev/v1alpha1', 'ClusterDomainClaim', name),
        place,
        `${place}.claim`,
        true,
      );
  });
  for (const manifest of manifests)
    add(
      manifest.object,
      fieldPlace(manifest, ''),
      fieldPlace(manifest, 'metadata.name'),
      manifest.object.metadata.name,
    );
  return placed;
}

function duplicates(placed: readonly Placed[]): Problem[] {
  const known = new Map<string, Placed>();
  const twice = new Set<string>();
  const found: Problem[] = [];
  for (const one of placed) {
    const key = objectKey(one.object);
    const before = known.get(key);
    if (before === undefined) known.set(key, one);
    // A mapping that is there twice has its claim twice: it is said once.
    if (before === undefined || twice.has(one.place)) continue;
    twice.add(one.place);
    found.push({
      where: one.where,
      value: one.value,
      allowed: `each object once: ${shownObject(one.object)} stands at ${before.place} already`,
    });
  }
  return found;
}

/** Between the services, mappings and manifests of a fleet, and the ports that lead to them. */
export function itemContradictions(fleet: Items): Problem[] {
  const placed = objectsOf(fleet);
  const found = duplicates(placed);
  const services = new Map(
    placed
      .filter(({ object }) => isKnativeService(object))
      .map(({ object: { metadata }, place }) => [`${metadata.namespace}/${metadata.name}`, place]),
  );
  const known = [...services.keys()].join(', ') || 'there is none';
  const leadsTo = (namespace: string, name: string, where: string) => {
    if (!services.has(`${namespace}/${name}`))
      found.push({ where, value: name, allowed: `a service of the same namespace: ${known}` });
  };
  fleet.domainMappings.forEach(({ service, namespace = 'default' }, index) => {
    leadsTo(
      namespace,
      service,
      `${fleet.sources.domainMappings[index] ?? `domainMappings[${index}]`}.service`,
    );
  });
  for (const manifest of fleet.manifests) {
    const { object } = manifest;
    const { apiVersion, kind, metadata, spec } = object;
    const { namespace = 'default', name } = metadata;
    const ref = spec?.ref;
    if (isDomainMapping(object) && ref?.kind === 'Service' && ref.apiVersion?.startsWith('serving.'))
      leadsTo(namespace, ref.name, fieldPlace(manifest, 'spec.ref.name'));
    const clash =
      apiVersion === 'v1' && kind === 'Service' ? services.get(`${namespace}/${name}`) : undefined;
    if (clash !== undefined)
      found.push({
        where: fieldPlace(manifest, 'metadata.name'),
        value: name,
        allowed: `another name: Knative makes a Service of this name for ${clash}`,
      });
  }
  return [...found, ...plainPortProblems(fleet)];
}
