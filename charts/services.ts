import { Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import {
  DomainMapping,
  domainMappingProblems,
  invalidServices,
  KnativeService,
  serviceProblems,
} from '../constructs/service/index.ts';
import type { Colour, Fleet } from '../lib/fleet/index.ts';
import type { Problem } from '../lib/messages/error.ts';
import { servingSettings } from './settings.ts';

/** The namespaces of the fleet's services; `default` is there already. */
function namespaces(fleet: Fleet): string[] {
  const names = [...fleet.services, ...fleet.domainMappings].map(({ namespace }) => namespace ?? 'default');
  return [...new Set(names)].filter((name) => name !== 'default').sort();
}

/** Problems of all services and mappings, with the fleet's own paths. */
function problems(fleet: Fleet, serving: ReturnType<typeof servingSettings>): Problem[] {
  const within = (at: string) => (problem: Problem) => ({ ...problem, where: `${at}.${problem.where}` });
  const hosts = new Set<string>();
  return [
    ...fleet.services.flatMap((service, index) =>
      serviceProblems(service, serving).map(within(`services[${index}]`)),
    ),
    ...fleet.domainMappings.flatMap((mapping, index) => {
      const found = domainMappingProblems(mapping);
      if (hosts.has(mapping.name))
        found.push({ where: 'name', value: mapping.name, allowed: 'each host once in a cluster' });
      hosts.add(mapping.name);
      return found.map(within(`domainMappings[${index}]`));
    }),
  ];
}

/** The fleet's services for one colour. @throws ZeroshiftError `service.invalid` with every mistake at once */
export class ServicesChart extends Chart {
  /** File name → the construct whose objects it holds, in the order of application. */
  readonly files: ReadonlyMap<string, Construct>;

  constructor(scope: Construct, id: string, fleet: Fleet, colour: Colour) {
    super(scope, id, { disableResourceNameHashes: true });
    const serving = servingSettings(fleet, colour);
    const found = problems(fleet, serving);
    if (found.length > 0) throw invalidServices(found, "the fleet's services");
    const files = new Map<string, Construct>();
    const spaces = new Construct(this, 'namespaces');
    for (const name of namespaces(fleet)) new k8s.KubeNamespace(spaces, name, { metadata: { name } });
    if (spaces.node.children.length > 0) files.set('0-namespaces.yaml', spaces);
    for (const service of fleet.services) {
      const name = `${service.namespace ?? 'default'}.${service.name}`;
      files.set(`1-${name}.yaml`, new KnativeService(this, name, { ...service, serving }));
    }
    for (const mapping of fleet.domainMappings)
      files.set(`2-${mapping.name}.yaml`, new DomainMapping(this, `host-${mapping.name}`, mapping));
    this.files = files;
  }
}
