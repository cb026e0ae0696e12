import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { servingNamespace } from '../knative/index.ts';
import { kourierLabels, accountName as name } from './names.ts';
import type { KourierRelease } from './releases/index.ts';

const grant = (apiGroup: string, resources: string[], verbs: string[]): k8s.PolicyRule => ({
  apiGroups: [apiGroup],
  resources,
  verbs,
});

const reading = ['get', 'list', 'watch'];
const networking = 'networking.internal.knative.dev';

const rules: k8s.PolicyRule[] = [
  grant('', ['events'], ['create', 'update', 'patch']),
  grant('', ['pods', 'services', 'secrets'], reading),
  grant('', ['configmaps'], reading),
  grant('discovery.k8s.io', ['endpointslices'], reading),
  grant('coordination.k8s.io', ['leases'], ['get', 'list', 'create', 'update', 'delete', 'patch', 'watch']),
  grant(networking, ['ingresses'], [...reading, 'patch']),
  grant(networking, ['ingresses/status'], ['update']),
];

/** The account of Kourier's controller, and what it may do. */
export class KourierRbac extends Construct {
  constructor(scope: Construct, id: string, props: { readonly release: KourierRelease }) {
    super(scope, id);
    const labels = kourierLabels(props.release);
    new k8s.KubeServiceAccount(this, 'account', { metadata: { name, namespace: servingNamespace, labels } });
    new k8s.KubeClusterRole(this, 'role', { metadata: { name, labels }, rules });
    new k8s.KubeClusterRoleBinding(this, 'binding', {
      metadata: { name, labels },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
      subjects: [{ kind: 'ServiceAccount', name, namespace: servingNamespace }],
    });
  }
}
