import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import type { KubeObject } from '../../lib/clusters/cluster-port.ts';
import type { Problem } from '../../lib/messages/error.ts';
import { validateDomainMapping } from '../../lib/validation/index.ts';
import { given } from './given.ts';
import { flag, object, text } from './kinds.ts';
import { invalidServices } from './knative-service.ts';
import { type HostNetworkProps, hostAnnotations, hostNetworkKinds } from './networking.ts';

/** A host name of its own for a service. */
export interface DomainMappingProps extends HostNetworkProps {
  /** The host name, with at least one dot, outside the cluster's own domain. */
  readonly name: string;
  /** @default 'default' */
  readonly namespace?: string;
  /** Name of the Knative Service in the same namespace. */
  readonly service: string;
  /** Whether the namespace's claim to the host comes along; without one, Knative waits for an administrator's. @default true */
  readonly claim?: boolean;
  /** A certificate of one's own, instead of one from `external-domain-tls`. @default - the colour's, or plain HTTP */
  readonly tls?: {
    /** Name of a TLS Secret in the same namespace. */
    readonly secretName: string;
  };
}

const kind = object<DomainMappingProps>(
  {
    name: text,
    namespace: text,
    service: text,
    claim: flag,
    tls: object({ secretName: text }, ['secretName']),
    ...hostNetworkKinds,
  },
  ['name', 'service'],
);

/** The objects that the props describe, the claim first. Pure; nothing is checked here. */
export function renderDomainMapping(props: DomainMappingProps): KubeObject[] {
  const { name, namespace = 'default', service, claim = true, tls } = props;
  const annotations = hostAnnotations(props);
  const claimed: KubeObject = {
    apiVersion: 'networking.internal.knative.dev/v1alpha1',
    kind: 'ClusterDomainClaim',
    metadata: { name },
    spec: { namespace },
  };
  const mapping: KubeObject = {
    apiVersion: 'serving.knative.dev/v1beta1',
    kind: 'DomainMapping',
    metadata: { name, namespace, ...(Object.keys(annotations).length === 0 ? {} : { annotations }) },
    spec: given({
      ref: { apiVersion: 'serving.knative.dev/v1', kind: 'Service', name: service },
      tls: tls && { secretName: tls.secretName },
    }),
  };
  return claim ? [claimed, mapping] : [mapping];
}

/** Everything that is wrong with a mapping, each problem at the prop's own path. */
export function domainMappingProblems(props: DomainMappingProps): Problem[] {
  const problems: Problem[] = [];
  let renders = true;
  kind.check(props, '', (problem, harmless) => {
    problems.push(problem);
    renders &&= harmless;
  });
  if (!renders) return problems;
  const { tls, externalDomainTls } = props;
  if (tls !== undefined && externalDomainTls === true)
    problems.push({
      where: 'externalDomainTls',
      value: true,
      allowed: 'nothing, or false, with a certificate of its own (tls)',
    });
  const findings = validateDomainMapping(renderDomainMapping(props).at(-1));
  return [
    ...problems,
    ...findings.map(({ field, value, allowed }) => ({
      where: field
        .replace(/^metadata\./, '')
        .replace(/^spec\.ref\.name$/, 'service')
        .replace(/^spec\./, ''),
      value,
      allowed,
    })),
  ];
}

/** A DomainMapping with its ClusterDomainClaim. @throws ZeroshiftError `service.invalid` */
export class DomainMapping extends Construct {
  readonly apiObject: ApiObject;
  /** Undefined with `claim: false`. */
  readonly claim: ApiObject | undefined;

  constructor(scope: Construct, id: string, props: DomainMappingProps) {
    super(scope, id);
    const problems = domainMappingProblems(props);
    if (problems.length > 0) throw invalidServices(problems, `the domain mapping ${props.name}`);
    const objects = renderDomainMapping(props).map(
      (object) => new ApiObject(this, object.kind, object as ConstructorParameters<typeof ApiObject>[2]),
    );
    this.claim = objects.length === 2 ? objects[0] : undefined;
    this.apiObject = objects.at(-1) as ApiObject;
  }
}
