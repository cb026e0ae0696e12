import type { KubeObject } from '../clusters/cluster-port.ts';
import type { Problem } from '../messages/error.ts';
import type { Entrance, Fleet, PlainPort } from './fleet.ts';
import { isKnativeService, isPlainService, podTemplateOf } from './kube-objects.ts';

type Manifests = Pick<Fleet, 'manifests'>;
/** What a port of the entrance may lead to. */
export type PortedItems = Pick<Fleet, 'services' | 'manifests'> & {
  readonly entrance: Pick<Entrance, 'ports' | 'plainPorts'>;
};
type Named = Pick<PlainPort, 'namespace' | 'service'>;

/** The entrance's ports that lead to the gateway. */
export const gatewayPortsOf = ({ ports, plainPorts }: Entrance): number[] =>
  ports.filter((port) => !plainPorts.some((plain) => plain.port === port));

const plainServices = ({ manifests }: Manifests): KubeObject[] =>
  manifests.map(({ object }) => object).filter(isPlainService);

const serviceOf = (fleet: Manifests, { namespace, service }: Named): KubeObject | undefined =>
  plainServices(fleet).find(({ metadata }) => metadata.name === service && metadata.namespace === namespace);

interface ServicePort {
  readonly port?: number;
  readonly targetPort?: number | string;
  readonly protocol?: string;
}

const portsOf = (service: KubeObject): ServicePort[] =>
  Array.isArray(service.spec?.ports) ? service.spec.ports : [];

const choice = (values: readonly (string | number)[]): string => values.join(', ') || 'there is none';

/** Whether a Service's selector takes pods of these labels. */
const selects = (service: KubeObject, labels: Readonly<Record<string, string>>): boolean =>
  Object.entries<string>(service.spec?.selector ?? {}).every(([key, value]) => labels[key] === value);

/** The number behind a port's name, as the pods of the fleet's own workloads have it. */
function numberOf(fleet: Manifests, service: KubeObject, name: string): number | undefined {
  for (const { object } of fleet.manifests) {
    const template = podTemplateOf(object);
    if (template === undefined || object.metadata.namespace !== service.metadata.namespace) continue;
    if (!selects(service, template.metadata?.labels ?? {})) continue;
    for (const { ports = [] } of template.spec?.containers ?? [])
      for (const port of ports) if (port.name === name) return Number(port.containerPort);
  }
  return undefined;
}

/** The port of the pods behind a plain port; undefined where the manifests do not tell. */
function podPort(fleet: Manifests, plain: PlainPort): number | undefined {
  const service = serviceOf(fleet, plain);
  const port = service && portsOf(service).find((one) => one.port === plain.servicePort);
  if (service === undefined || port === undefined) return undefined;
  const { targetPort = plain.servicePort } = port;
  return typeof targetPort === 'number' ? targetPort : numberOf(fleet, service, targetPort);
}

/** The port at which the pods behind a plain port take requests. The fleet was validated: there is one. */
export function podPortOf(fleet: Manifests, plain: PlainPort): number {
  const port = podPort(fleet, plain);
  if (port === undefined) throw new Error(`the fleet's port ${plain.port} leads nowhere`);
  return port;
}

/** Why a port cannot lead to a Service, for people who know only what they wrote. */
function unknownService(fleet: PortedItems, { namespace, service }: Named): string {
  const knative = [
    ...fleet.services.map((one) => ({ namespace: one.namespace ?? 'default', name: one.name })),
    ...fleet.manifests.filter(({ object }) => isKnativeService(object)).map(({ object }) => object.metadata),
  ].some((one) => one.name === service && one.namespace === namespace);
  if (knative) return 'a plain Service: Knative services answer at the ports of the gateway, 80 and 443';
  const known = plainServices(fleet).map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
  return `a Service of the fleet's manifests: ${choice(known)}`;
}

/** What is wrong with the entrance's plain ports, now that all manifests are known. */
export function plainPortProblems(fleet: PortedItems): Problem[] {
  return fleet.entrance.plainPorts.flatMap((plain): Problem[] => {
    const { namespace, servicePort } = plain;
    const where = `entrance.ports[${fleet.entrance.ports.indexOf(plain.port)}]`;
    const service = serviceOf(fleet, plain);
    if (service === undefined)
      return [
        {
          where: `${where}.service`,
          value: `${namespace}/${plain.service}`,
          allowed: unknownService(fleet, plain),
        },
      ];
    const ports = portsOf(service);
    const tcp = ports.filter(({ protocol = 'TCP' }) => protocol === 'TCP');
    if (service.spec?.type === 'ExternalName')
      return [
        {
          where: `${where}.service`,
          found: 'a Service of type ExternalName',
          allowed: 'a Service with pods',
        },
      ];
    if (!tcp.some(({ port }) => port === servicePort))
      return [
        {
          where: `${where}.servicePort`,
          value: servicePort,
          allowed: `one of the Service's TCP ports: ${choice(tcp.map(({ port }) => port ?? 0))}`,
        },
      ];
    if (podPort(fleet, plain) === undefined)
      return [
        {
          where: `${where}.servicePort`,
          value: servicePort,
          allowed: `a port whose targetPort is a number, or the name of a port of the fleet's own pods`,
        },
      ];
    return [];
  });
}
