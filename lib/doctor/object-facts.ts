import { parseDuration } from '../autoscaling/go-duration.ts';
import type { KubeObject } from '../clusters/cluster-port.ts';
import { quantity } from '../cutover/capacity/quantity.ts';
import { listOf, textOf } from '../migration/inventory/names.ts';
import { fieldsOf } from '../validation/fields.ts';
import type {
  BudgetFacts,
  DefinitionFacts,
  DeploymentFacts,
  NodeClaimFacts,
  NodeFacts,
  NodePoolFacts,
  OldWrite,
  QuotaFacts,
  WebhookFacts,
} from './cluster-facts.ts';

/** What checks ask of single objects. Pure, and total: an object may hold anything. */

const nameOf = ({ metadata: { namespace, name } }: KubeObject): string =>
  namespace === undefined ? name : `${namespace}/${name}`;

export function nodeOf({ metadata, spec, status }: KubeObject): NodeFacts {
  const labels = metadata.labels ?? {};
  const isTrue = ({ type, status: is }: { type?: unknown; status?: unknown }): boolean =>
    type === 'Ready' && is === 'True';
  const taints = listOf(spec?.taints).map(({ key }) => key);
  return {
    name: metadata.name,
    version: (textOf(status?.nodeInfo?.kubeletVersion) ?? '').replace(/^v/, ''),
    ready: listOf(status?.conditions).some(isTrue),
    auto: labels['eks.amazonaws.com/compute-type'] === 'auto',
    spot:
      labels['karpenter.sh/capacity-type'] === 'spot' || labels['eks.amazonaws.com/capacityType'] === 'SPOT',
    leaving:
      spec?.unschedulable === true ||
      taints.includes('karpenter.sh/disrupted') ||
      metadata.deletionTimestamp !== undefined,
  };
}

export function nodeClaimOf({ metadata, spec, status }: KubeObject): NodeClaimFacts {
  // `Never` is no duration.
  const nanoseconds = parseDuration(textOf(spec?.expireAfter) ?? '');
  const node = textOf(status?.nodeName);
  return {
    name: metadata.name,
    ...(node === undefined ? {} : { node }),
    createdAt: Date.parse(metadata.creationTimestamp ?? ''),
    ...(nanoseconds === undefined ? {} : { expireAfter: Number(nanoseconds / 1_000_000n) }),
    deleting: metadata.deletionTimestamp !== undefined,
  };
}

export function nodePoolOf({ metadata, spec, status }: KubeObject): NodePoolFacts {
  const resources = fieldsOf(status?.resources);
  const used = Object.entries(fieldsOf(spec?.limits)).map(([resource, limit]): [string, number] => [
    resource,
    part(resources[resource], limit),
  ]);
  return { name: metadata.name, used: Object.fromEntries(used) };
}

const part = (used: unknown, limit: unknown): number => {
  const [of, most] = [quantity(used), quantity(limit)];
  return most > 0 ? of / most : of > 0 ? Number.MAX_VALUE : 0;
};

export const deploymentOf = ({ metadata, spec, status }: KubeObject): DeploymentFacts => ({
  namespace: metadata.namespace ?? '',
  name: metadata.name,
  wanted: Number(spec?.replicas ?? 1),
  ready: Number(status?.readyReplicas ?? 0),
});

export const budgetOf = (object: KubeObject): BudgetFacts => ({
  name: nameOf(object),
  pods: Number(object.status?.expectedPods ?? 0),
  allowed: Number(object.status?.disruptionsAllowed ?? 0),
});

export const webhooksOf = (object: KubeObject, kind: WebhookFacts['kind']): WebhookFacts[] =>
  listOf(object.webhooks).map((webhook) => {
    const { namespace, name } = fieldsOf(fieldsOf(webhook.clientConfig).service);
    return {
      configuration: object.metadata.name,
      kind,
      required: webhook.failurePolicy !== 'Ignore',
      ...(name === undefined ? {} : { service: `${namespace}/${name}` }),
    };
  });

/** `namespace/name` of a Service and how many addresses of it are ready. */
export function readyBehind({ metadata, endpoints }: KubeObject): [string, number] {
  const ready = listOf(endpoints).filter(({ conditions }) => fieldsOf(conditions).ready !== false);
  const service = metadata.labels?.['kubernetes.io/service-name'] ?? '';
  return [`${metadata.namespace}/${service}`, ready.length];
}

export const definitionOf = ({ metadata, spec, status }: KubeObject): DefinitionFacts => ({
  name: metadata.name,
  served: listOf(spec?.versions)
    .filter(({ served }) => served === true)
    .map(({ name }) => String(name))
    .sort(),
  stored: Array.isArray(status?.storedVersions) ? status.storedVersions.map(String) : [],
});

/** A class, and what of it must be the same on both colours for what asks for it by its name. */
export function classText({ metadata, value, provisioner, handler, spec }: KubeObject): [string, string] {
  const what = [value, provisioner, handler, spec?.controller].find((one) => one !== undefined);
  const isDefault = Object.entries(metadata.annotations ?? {}).some(
    ([key, is]) => key.endsWith('/is-default-class') && is === 'true',
  );
  return [metadata.name, `${what ?? ''}${isDefault ? ', default' : ''}`];
}

/** From here on a quota is told. */
const nearlyFull = 0.8;

export function fullQuotas(object: KubeObject): QuotaFacts[] {
  const hard = fieldsOf(object.status?.hard);
  const used = fieldsOf(object.status?.used);
  return Object.entries(hard)
    .map(([resource, limit]) => ({ name: nameOf(object), resource, used: part(used[resource], limit) }))
    .filter(({ used: of }) => of >= nearlyFull);
}

const roleAnnotation = 'eks.amazonaws.com/role-arn';

export function accountRole(account: KubeObject): [string, string][] {
  const role = account.metadata.annotations?.[roleAnnotation];
  return role === undefined ? [] : [[nameOf(account), role]];
}

/** Who writes an object through another version than the one that it is read in. */
export const oldWritesOf = (object: KubeObject): OldWrite[] =>
  listOf(object.metadata.managedFields).flatMap(({ apiVersion, manager }) =>
    typeof apiVersion === 'string' && apiVersion !== object.apiVersion
      ? [
          {
            object: `${object.kind} ${nameOf(object)}`,
            through: `${apiVersion} ${object.kind}`,
            by: String(manager),
          },
        ]
      : [],
  );
