import { renderService } from '../constructs/service/index.ts';
import type { KubeObject } from '../lib/clusters/cluster-port.ts';
import type { Colour, Fleet } from '../lib/fleet/index.ts';
import { isDomainMapping, isKnativeService, shownObject } from '../lib/fleet/kube-objects.ts';
import { fieldPlace } from '../lib/fleet/manifest-problems.ts';
import type { Problem } from '../lib/messages/error.ts';
import { type HostOptions, hostName } from '../lib/validation/index.ts';
import { servingProps } from './settings.ts';

/** A Knative Service or DomainMapping, and how its fields are called where it is written. */
interface Written {
  readonly object: KubeObject;
  readonly placeOf: (field: 'metadata.name' | `spec.traffic[${number}].tag`) => string;
}

/** What a host belongs to. */
interface Owner {
  readonly host: string;
  readonly text: string;
  readonly where: string;
  readonly value: string;
}

function servicesOf({ services, manifests, sources }: Fleet): Written[] {
  return [
    ...services.map(
      (service, index): Written => ({
        object: renderService(service),
        placeOf: (field) =>
          `${sources.services[index] ?? `services[${index}]`}.${field.replace(/^(metadata|spec)\./, '')}`,
      }),
    ),
    ...manifests
      .filter(({ object }) => isKnativeService(object))
      .map(
        (manifest): Written => ({
          object: manifest.object,
          placeOf: (field) => fieldPlace(manifest, field),
        }),
      ),
  ];
}

function mappingsOf({ domainMappings, manifests, sources }: Fleet): Owner[] {
  const owner = (host: string, where: string): Owner => ({
    host: host.replace(/\.$/, ''),
    text: `the mapping ${host}`,
    where,
    value: host,
  });
  return [
    ...domainMappings.map(({ name }, index) =>
      owner(name, `${sources.domainMappings[index] ?? `domainMappings[${index}]`}.name`),
    ),
    ...manifests
      .filter(({ object }) => isDomainMapping(object))
      .map((manifest) => owner(manifest.object.metadata.name, fieldPlace(manifest, 'metadata.name'))),
  ];
}

type Settings = Pick<HostOptions, 'domains' | 'domainTemplate' | 'tagTemplate'>;

/** The names that Knative's templates make under a colour's settings. */
function settingsOf(fleet: Fleet, colour: Colour): Settings {
  const { domain = {}, network = {} } = servingProps(fleet, colour);
  const { 'domain-template': domainTemplate, 'tag-template': tagTemplate } = network;
  return {
    domains: Object.entries(domain).map(([name, { selector = {} }]) => ({ name, selector })),
    ...(domainTemplate === undefined ? {} : { domainTemplate }),
    ...(tagTemplate === undefined ? {} : { tagTemplate }),
  };
}

/** The hosts that a service gets from Knative: its own, and one for each tag. */
function hostsOf({ object, placeOf }: Written, settings: Settings): Owner[] {
  const { name, namespace = 'default', labels, annotations } = object.metadata;
  const text = shownObject({ ...object, metadata: { name, namespace } });
  const host = (tag?: string): string | undefined =>
    hostName({
      ...settings,
      name,
      namespace,
      labels: labels ?? {},
      annotations: annotations ?? {},
      ...(tag === undefined ? {} : { tag }),
    });
  const traffic: readonly { readonly tag?: string }[] = Array.isArray(object.spec?.traffic)
    ? object.spec.traffic
    : [];
  const tagged = traffic.map(({ tag }, index) => ({
    host: tag === undefined || tag === '' ? undefined : host(tag),
    text: `${text}, tag ${tag}`,
    where: placeOf(`spec.traffic[${index}].tag`),
    value: tag ?? '',
  }));
  const own = { host: host(), text, where: placeOf('metadata.name'), value: name };
  const seen = new Set<string>();
  return [own, ...tagged].flatMap((owner) => {
    // A tag of several targets is one host.
    if (owner.host === undefined || seen.has(owner.host)) return [];
    seen.add(owner.host);
    return [{ ...owner, host: owner.host }];
  });
}

/** Every host that the fleet's definition gives a colour: of services, of their tags, and of mappings. */
export function fleetHosts(fleet: Fleet, colour: Colour): string[] {
  const settings = settingsOf(fleet, colour);
  const owners = [
    ...servicesOf(fleet).flatMap((service) => hostsOf(service, settings)),
    ...mappingsOf(fleet),
  ];
  return [...new Set(owners.map(({ host }) => host))].sort();
}

/**
 * Hosts that would be taken twice. Knative lets it happen, and its ingress then leads the host to whichever comes last.
 */
export function hostProblems(fleet: Fleet, colour: Colour): Problem[] {
  const settings = settingsOf(fleet, colour);
  const owners = new Map<string, Owner>();
  const problems: Problem[] = [];
  const hosts = [...servicesOf(fleet).flatMap((service) => hostsOf(service, settings)), ...mappingsOf(fleet)];
  for (const owner of hosts) {
    const first = owners.get(owner.host);
    if (first === undefined) owners.set(owner.host, owner);
    else
      problems.push({
        where: owner.where,
        value: owner.value,
        allowed: `what leads to another host than ${owner.host}, which ${first.text} has already`,
      });
  }
  return problems;
}
