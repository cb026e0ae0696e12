import { ApiObject, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { TargetGroupBinding } from '../constructs/kourier/index.ts';
import {
  DomainMapping,
  domainMappingProblems,
  invalidServices,
  KnativeService,
  serviceProblems,
} from '../constructs/service/index.ts';
import type { KubeObject } from '../lib/clusters/cluster-port.ts';
import type { Colour, Fleet } from '../lib/fleet/index.ts';
import { isNamespace } from '../lib/fleet/kube-objects.ts';
import type { Problem } from '../lib/messages/error.ts';
// The room's door would load the CDK.
import { targetGroupName } from '../lib/stacks/names.ts';
import { knativeManifestProblems, type ReleasedSettings } from './knative-manifests.ts';
import { servingSettings } from './settings.ts';
import { filesOf, stages } from './workload-files.ts';
import { bindingController, madeNamespaces, withReadinessGates } from './workload-namespaces.ts';

/** Problems of all services, mappings and Knative's objects among the manifests, where each of them is written. */
function problems(fleet: Fleet, serving: ReleasedSettings): Problem[] {
  const { services, domainMappings, sources } = fleet;
  const within = (at: string) => (problem: Problem) => ({ ...problem, where: `${at}.${problem.where}` });
  return [
    ...services.flatMap((service, index) =>
      serviceProblems(service, serving).map(within(sources.services[index] ?? `services[${index}]`)),
    ),
    ...domainMappings.flatMap((mapping, index) =>
      domainMappingProblems(mapping).map(within(sources.domainMappings[index] ?? `domainMappings[${index}]`)),
    ),
    ...knativeManifestProblems(fleet, serving),
  ];
}

const objectIn = (scope: Construct, id: string, object: KubeObject): Construct =>
  new ApiObject(scope, id, object as ConstructorParameters<typeof ApiObject>[2]);

/**
 * The fleet's services and plain workloads for one colour, and what binds workloads to ports of the entrance.
 * @throws ZeroshiftError `service.invalid` with every mistake at once
 */
export class ServicesChart extends Chart {
  /** File name → the construct whose objects it holds, in the order of application. */
  readonly files: ReadonlyMap<string, Construct>;

  constructor(scope: Construct, id: string, fleet: Fleet, colour: Colour) {
    super(scope, id, { disableResourceNameHashes: true });
    const serving = { ...servingSettings(fleet, colour), release: fleet.colours[colour].knative };
    const found = problems(fleet, serving);
    if (found.length > 0) throw invalidServices(found, "the fleet's services");
    const files = new Map<string, Construct>();
    const spaces = new Construct(this, 'namespaces');
    for (const space of madeNamespaces(fleet, colour)) objectIn(spaces, space.metadata.name, space);
    if (spaces.node.children.length > 0) files.set(`${stages.places}-namespaces.yaml`, spaces);
    const plain = fleet.manifests.map(({ object }) =>
      isNamespace(object) ? withReadinessGates(object, fleet, colour) : object,
    );
    for (const [file, object] of filesOf(plain)) files.set(file, objectIn(this, `object-${file}`, object));
    for (const { port, namespace, service, servicePort } of fleet.entrance.plainPorts) {
      const binding = new TargetGroupBinding(this, `port-${port}`, {
        metadata: { name: `${service}-${port}`, namespace },
        controller: bindingController(fleet, colour),
        targetGroup: fleet.colours[colour].ingress?.targetGroups?.[port] ?? {
          name: targetGroupName(fleet, colour, port),
        },
        service: { name: service, port: servicePort },
      });
      files.set(`${stages.ways}-${namespace}.targetgroupbinding.${service}-${port}.yaml`, binding);
    }
    for (const service of fleet.services) {
      const name = `${service.namespace ?? 'default'}.${service.name}`;
      files.set(`${stages.services}-${name}.yaml`, new KnativeService(this, name, { ...service, serving }));
    }
    for (const mapping of fleet.domainMappings)
      files.set(
        `${stages.hosts}-${mapping.name}.yaml`,
        new DomainMapping(this, `host-${mapping.name}`, mapping),
      );
    this.files = new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}
