import { kourierNamespace } from '../../../constructs/kourier/names.ts';
import type { ClusterPort, KubeObject } from '../../clusters/cluster-port.ts';
import type { DefinitionPort } from '../../clusters/definition-port.ts';
import type { Colour } from '../../fleet/colour.ts';
import type { Problem } from '../../messages/error.ts';
import { gatewayDeployment } from './gateway-pods.ts';

const servingNamespace = 'knative-serving';
const kourierClass = 'kourier.ingress.networking.knative.dev';

/** A cluster as an error names it. */
export const clusterName = (colour: Colour, context: string): string => `${colour} (context ${context})`;

/** What a cluster lacks that a rehearsal needs: Knative Serving and Kourier, up and in use. */
export async function fitnessProblems(cluster: DefinitionPort, where: string): Promise<Problem[]> {
  const { resources } = await cluster.discover();
  const serves = resources.some(
    ({ apiVersion, kind }) => apiVersion === 'serving.knative.dev/v1' && kind === 'Service',
  );
  if (!serves)
    return [{ where, value: 'no Knative Serving', allowed: 'a cluster that serves serving.knative.dev/v1' }];
  const problems: Problem[] = [];
  for (const deployment of await deploymentsIn(cluster, servingNamespace))
    if (!isAvailable(deployment))
      problems.push({
        where: `${where}, Deployment ${servingNamespace}/${deployment.metadata.name}`,
        value: `${deployment.status?.availableReplicas ?? 0} pods are available`,
        allowed: 'at least one',
      });
  const network = (await configMap(cluster, 'config-network'))?.data ?? {};
  const ingressClass = network['ingress-class'] ?? network['ingress.class'];
  if (ingressClass !== kourierClass)
    problems.push({
      where: `${where}, ConfigMap ${servingNamespace}/config-network`,
      value: ingressClass,
      allowed: `ingress-class: ${kourierClass}`,
    });
  const gateway = await cluster.get(gatewayDeployment);
  if (gateway === undefined || !isAvailable(gateway))
    problems.push({
      where: `${where}, Deployment ${kourierNamespace}/${gatewayDeployment.name}`,
      value: gateway === undefined ? 'not there' : 'no pod is available',
      allowed: 'Kourier with at least one gateway that is available',
    });
  return problems;
}

const isAvailable = ({ spec, status }: KubeObject): boolean =>
  spec?.replicas === 0 || (status?.availableReplicas ?? 0) > 0;

async function deploymentsIn(cluster: ClusterPort, namespace: string): Promise<KubeObject[]> {
  const found: KubeObject[] = [];
  for await (const each of cluster.list({ apiVersion: 'apps/v1', kind: 'Deployment' }, { namespace }))
    found.push(each);
  return found;
}

/** A config map of Knative. */
export const configMap = (cluster: ClusterPort, name: string): Promise<KubeObject | undefined> =>
  cluster.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace: servingNamespace, name });

/** Which cluster it is, whatever it is called and however it is reached. */
export async function identityOf(cluster: ClusterPort): Promise<string | undefined> {
  const space = await cluster.get({ apiVersion: 'v1', kind: 'Namespace', name: servingNamespace });
  return space?.metadata.uid;
}
