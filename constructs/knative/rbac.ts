import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { servingLabels, servingMetadata, servingNamespace } from './component.ts';
import type { Release } from './releases/index.ts';

export interface RbacProps {
  readonly release: Release;
}

const reading = ['get', 'list', 'watch'];
const writing = ['get', 'list', 'create', 'update', 'delete', 'patch', 'watch'];

const serving = 'serving.knative.dev';
const scaling = 'autoscaling.internal.knative.dev';
const networking = 'networking.internal.knative.dev';
const caching = 'caching.internal.knative.dev';

const grant = (
  apiGroup: string | string[],
  resources: string[],
  verbs: string[],
  resourceNames?: string[],
): k8s.PolicyRule => ({
  apiGroups: [apiGroup].flat(),
  resources,
  verbs,
  ...(resourceNames === undefined ? {} : { resourceNames }),
});

/** What the controller, the webhook and the autoscaler may do. */
const coreRules: k8s.PolicyRule[] = [
  grant(
    '',
    ['pods', 'namespaces', 'secrets', 'configmaps', 'endpoints', 'services', 'events', 'serviceaccounts'],
    writing,
  ),
  grant('', ['endpoints/restricted'], ['create']),
  grant('discovery.k8s.io', ['endpointslices/restricted'], ['create']),
  grant('', ['namespaces/finalizers'], ['update']),
  grant('discovery.k8s.io', ['endpointslices'], writing),
  grant('apps', ['deployments', 'deployments/finalizers'], writing),
  grant(
    'admissionregistration.k8s.io',
    ['mutatingwebhookconfigurations', 'validatingwebhookconfigurations'],
    writing,
  ),
  grant('apiextensions.k8s.io', ['customresourcedefinitions', 'customresourcedefinitions/status'], writing),
  grant('autoscaling', ['horizontalpodautoscalers'], writing),
  grant('coordination.k8s.io', ['leases'], writing),
  grant(
    [serving, scaling, networking],
    ['*', '*/status', '*/finalizers'],
    ['get', 'list', 'create', 'update', 'delete', 'deletecollection', 'patch', 'watch'],
  ),
  grant(caching, ['images'], writing),
  grant('cert-manager.io', ['certificates', 'clusterissuers', 'certificaterequests', 'issuers'], writing),
  grant('acme.cert-manager.io', ['challenges'], writing),
  grant('rbac.authorization.k8s.io', ['clusterroles'], ['delete'], ['knative-serving-certmanager']),
  grant('*', ['*/scale'], ['patch']),
];

const internals = grant([networking, scaling, caching], ['*'], reading);

/** Marks roles that `knative-serving-admin` gathers. */
const gathered = { 'serving.knative.dev/controller': 'true' };

/** Service accounts, roles and bindings of Serving's parts, and the roles that people are given. */
export class Rbac extends Construct {
  private readonly release: Release;

  constructor(scope: Construct, id: string, props: RbacProps) {
    super(scope, id);
    this.release = props.release;
    this.addAccount('controller');
    this.addAccount('activator');
    this.addRoles();
    this.bind('controller', 'knative-serving-controller-admin', 'knative-serving-admin');
    this.bind(
      'controller',
      'knative-serving-controller-addressable-resolver',
      'knative-serving-aggregated-addressable-resolver',
    );
    this.bind('activator', 'knative-serving-activator-cluster', 'knative-serving-activator-cluster');
    this.addActivatorRole();
  }

  private addAccount(name: string): void {
    new k8s.KubeServiceAccount(this, `account-${name}`, {
      metadata: servingMetadata(this.release, name, name),
    });
  }

  private addRoles(): void {
    this.role('knative-serving-core', gathered, coreRules);
    this.aggregate('knative-serving-admin', gathered);
    this.role('knative-serving-activator-cluster', gathered, [
      grant('', ['services', 'endpoints'], reading),
      grant(serving, ['revisions'], reading),
    ]);
    this.aggregate('knative-serving-aggregated-addressable-resolver', {
      'duck.knative.dev/addressable': 'true',
    });
    this.role('knative-serving-addressable-resolver', { 'duck.knative.dev/addressable': 'true' }, [
      grant(serving, ['routes', 'routes/status', 'services', 'services/status'], reading),
    ]);
    this.role('knative-serving-podspecable-binding', { 'duck.knative.dev/podspecable': 'true' }, [
      grant(serving, ['configurations', 'services'], ['list', 'watch', 'patch']),
    ]);
    this.role('knative-serving-namespaced-admin', toRole('admin'), [grant(serving, ['*'], ['*']), internals]);
    this.role('knative-serving-namespaced-edit', toRole('edit'), [
      grant(serving, ['*'], ['create', 'update', 'patch', 'delete']),
      internals,
    ]);
    this.role('knative-serving-namespaced-view', toRole('view'), [
      grant([serving, networking, scaling, caching], ['*'], reading),
    ]);
  }

  private role(name: string, labels: Readonly<Record<string, string>>, rules: k8s.PolicyRule[]): void {
    new k8s.KubeClusterRole(this, name, {
      metadata: { name, labels: { ...servingLabels(this.release), ...labels } },
      rules,
    });
  }

  /** A role made of all roles with the labels. */
  private aggregate(name: string, matchLabels: Record<string, string>): void {
    new k8s.KubeClusterRole(this, name, {
      metadata: { name, labels: servingLabels(this.release) },
      aggregationRule: { clusterRoleSelectors: [{ matchLabels }] },
    });
  }

  private bind(account: string, name: string, role: string): void {
    new k8s.KubeClusterRoleBinding(this, `binding-${name}`, {
      metadata: { name, labels: servingLabels(this.release, account) },
      subjects: [{ kind: 'ServiceAccount', name: account, namespace: servingNamespace }],
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
    });
  }

  private addActivatorRole(): void {
    const name = 'knative-serving-activator';
    new k8s.KubeRole(this, name, {
      metadata: {
        name,
        namespace: servingNamespace,
        labels: { ...servingLabels(this.release), ...gathered },
      },
      rules: [
        grant('', ['configmaps', 'secrets'], reading),
        grant('', ['secrets'], reading, ['routing-serving-certs', 'knative-serving-certs']),
      ],
    });
    new k8s.KubeRoleBinding(this, `binding-${name}`, {
      metadata: servingMetadata(this.release, name, 'activator'),
      subjects: [{ kind: 'ServiceAccount', name: 'activator', namespace: servingNamespace }],
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
    });
  }
}

/** The label by which Kubernetes adds a role's rules to `admin`, `edit` or `view`. */
const toRole = (role: string): Record<string, string> => ({
  [`rbac.authorization.k8s.io/aggregate-to-${role}`]: 'true',
});
