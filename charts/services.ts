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
import { isDomainMapping, isKnativeService, isNamespace } from '../lib/fleet/kube-objects.ts';
import { fieldPlace } from '../lib/fleet/manifest-problems.ts';
import type { Problem } from '../lib/messages/error.ts';
// The room's door would load the CDK.
import { targetGroupName } from '../lib/stacks/names.ts';
import { checkObjectNames, completeService } from '../lib/validation/index.ts';
import { manifestFile, plainName } from './file-names.ts';
import { hostProblems } from './host-problems.ts';
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
    ...nameProblems(fleet),
  ];
}

/** Names that no cluster would take. Those of Knative's kinds are its webhook's, and stricter. */
const nameProblems = ({ manifests }: Fleet): Problem[] =>
  manifests.flatMap((manifest) =>
    checkObjectNames(manifest.object)
      .filter(({ field }) => field !== 'metadata.name' || !hasWebhook(manifest.object))
      .map(({ field, value, allowed }) => ({ where: fieldPlace(manifest, field), value, allowed })),
  );

const hasWebhook = (object: KubeObject): boolean => isKnativeService(object) || isDomainMapping(object);

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
    const wrong = problems(fleet, serving);
    // What cannot be rendered has no hosts.
    const found = wrong.length > 0 ? wrong : hostProblems(fleet, colour);
    if (found.length > 0) throw invalidServices(found, "the fleet's services");
    const files = new Map<string, Construct>();
    const add = (stem: string, construct: Construct): void => {
      const file = manifestFile(stem);
      if (files.has(file)) throw new Error(`two objects would be written to ${file}`);
      files.set(file, construct);
    };
    const spaces = new Construct(this, 'namespaces');
    for (const space of madeNamespaces(fleet, colour)) objectIn(spaces, space.metadata.name, space);
    if (spaces.node.children.length > 0) add(`${stages.places}-namespaces`, spaces);
    const plain = fleet.manifests.map(({ object }) => {
      if (isNamespace(object)) return withReadinessGates(object, fleet, colour);
      return isKnativeService(object) ? completeService(object, serving) : object;
    });
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
      add(`${stages.ways}-${plainName(namespace)}.targetgroupbinding.${plainName(service)}-${port}`, binding);
    }
    for (const service of fleet.services) {
      const name = `${service.namespace ?? 'default'}.${service.name}`;
      add(`${stages.services}-${plainName(name)}`, new KnativeService(this, name, { ...service, serving }));
    }
    for (const mapping of fleet.domainMappings)
      add(
        `${stages.hosts}-${plainName(mapping.name)}`,
        new DomainMapping(this, `host-${mapping.name}`, mapping),
      );
    this.files = new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}
