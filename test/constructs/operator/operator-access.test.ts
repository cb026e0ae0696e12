import { App, Chart } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import { OperatorAccess, type OperatorAccessProps } from '../../../constructs/operator/index.ts';
import { operatorGroup } from '../../../lib/stacks/names.ts';

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

function manifestsOf(props?: OperatorAccessProps) {
  const chart = new Chart(new App(), 'test', { disableResourceNameHashes: true });
  new OperatorAccess(chart, 'operator', props);
  return chart.toJson() as {
    kind: string;
    metadata: { name: string };
    rules: Rule[];
    subjects: { kind: string; name: string }[];
  }[];
}

/** Whether one of the rules allows a call, as Kubernetes decides it. */
const allows = (rules: readonly Rule[], verb: string, group: string, resource: string): boolean =>
  rules.some((rule) =>
    [
      [rule.verbs, verb],
      [rule.apiGroups, group],
      [rule.resources, resource],
    ].every(([given, asked]) => given?.includes(String(asked)) || given?.includes('*')),
  );

describe("an operator's rights in a cluster", () => {
  const rulesOf = (props?: OperatorAccessProps) => manifestsOf(props).flatMap(({ rules = [] }) => rules);

  it('belong to the group that the stacks put the operator into', () => {
    const bindings = manifestsOf().filter(({ kind }) => kind === 'ClusterRoleBinding');
    expect(bindings).toHaveLength(3);
    for (const { subjects } of bindings)
      expect(subjects).toEqual([
        { apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: operatorGroup },
      ]);
  });

  it.each([
    ['floors', 'patch', 'serving.knative.dev', 'revisions'],
    ['floors of older releases', 'patch', 'autoscaling.internal.knative.dev', 'podautoscalers'],
    ['the drain of gateways', 'patch', 'apps', 'deployments'],
    ['the hand-over', 'patch', 'apps', 'statefulsets'],
    ['the hand-over of cron jobs', 'patch', 'batch', 'cronjobs'],
    ['the hold of nodes', 'patch', '', 'pods'],
    ['counters of gateways', 'get', '', 'pods/proxy'],
    ['the inventory', 'list', 'example.org', 'widgets'],
  ])('allow %s without a migration', (_, verb, group, resource) => {
    expect(allows(rulesOf({ migrates: false }), verb, group, resource)).toBe(true);
  });

  it('never allow to delete, and to create only for a migration', () => {
    for (const verb of ['delete', 'deletecollection'])
      expect(allows(rulesOf(), verb, 'apps', 'deployments')).toBe(false);
    expect(allows(rulesOf({ migrates: false }), 'create', '', 'secrets')).toBe(false);
    expect(allows(rulesOf(), 'create', '', 'secrets')).toBe(true);
    expect(allows(rulesOf(), 'escalate', 'rbac.authorization.k8s.io', 'clusterroles')).toBe(true);
  });
});
