import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';

export interface OperatorAccessProps {
  /** The group that operators are in. @default 'zeroshift:operators', as the stacks say */
  readonly group?: string;
  /**
   * Whether operators also migrate. It writes whatever a colour may hold, roles and Secrets among it: who may do that can do
   * anything in the cluster. @default true
   */
  readonly migrates?: boolean;
}

/** By what an operator does with it. */
export const operatorRules = {
  /** Inventory, checks and gates look at everything, and ask gateways and activators for their counters. */
  read: [{ apiGroups: ['*'], resources: ['*'], verbs: ['get', 'list', 'watch'] }],
  /** Floors, the hand-over of what acts by itself, the drain of the gateways, and the hold of their nodes. */
  cutover: [
    { apiGroups: ['serving.knative.dev'], resources: ['revisions'], verbs: ['patch'] },
    { apiGroups: ['autoscaling.internal.knative.dev'], resources: ['podautoscalers'], verbs: ['patch'] },
    { apiGroups: ['apps'], resources: ['deployments', 'statefulsets'], verbs: ['patch'] },
    { apiGroups: ['batch'], resources: ['cronjobs'], verbs: ['patch'] },
    /** Nodes under gateways and activators are held by a mark on these. */
    { apiGroups: [''], resources: ['pods'], verbs: ['patch'] },
  ],
  /** A migration makes what the other colour has, and never deletes. Roles are made with rights that the maker lacks. */
  migrate: [
    { apiGroups: ['*'], resources: ['*'], verbs: ['create', 'patch'] },
    {
      apiGroups: ['rbac.authorization.k8s.io'],
      resources: ['clusterroles', 'roles'],
      verbs: ['bind', 'escalate'],
    },
  ],
} as const;

/** Cluster roles for operators, and their bindings to a group. */
export class OperatorAccess extends Construct {
  constructor(scope: Construct, id: string, props: OperatorAccessProps = {}) {
    super(scope, id);
    const { group = 'zeroshift:operators', migrates = true } = props;
    const parts = ['read', 'cutover', ...(migrates ? (['migrate'] as const) : [])] as const;
    for (const part of parts) {
      const name = `zeroshift-${part}`;
      const metadata = { name, labels: { 'app.kubernetes.io/managed-by': 'zeroshift' } };
      new k8s.KubeClusterRole(this, `${part}-role`, {
        metadata,
        rules: operatorRules[part].map(({ apiGroups, resources, verbs }) => ({
          apiGroups: [...apiGroups],
          resources: [...resources],
          verbs: [...verbs],
        })),
      });
      new k8s.KubeClusterRoleBinding(this, `${part}-binding`, {
        metadata,
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
        subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: group }],
      });
    }
  }
}
