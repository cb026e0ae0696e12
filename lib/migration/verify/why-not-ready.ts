import type { KubeObject } from '../../clusters/cluster-port.ts';
import { childName } from '../../validation/child-names.ts';
import { conditionCause, said, tellingCondition } from './causes.ts';
import { conditionsOf, hasBecomeReady, isObserved } from './conditions.ts';
import type { Evidence, Warning } from './evidence.ts';
import type { Family } from './family.ts';
import { podCause, warningCause } from './pod-causes.ts';

const revisionLabel = 'serving.knative.dev/revision';

/** Whether a warning is of a revision, or of what it makes for its pods. */
function isOf(revision: string, podNames: ReadonlySet<string>): (warning: Warning) => boolean {
  const deployment = childName(revision, '-deployment');
  return ({ kind, name }) => {
    if (kind === 'Pod') return podNames.has(name);
    if (kind === 'ReplicaSet') return name.startsWith(`${deployment}-`);
    return kind === 'Deployment' ? name === deployment : name === revision;
  };
}

/** What is wrong with it as it is told in its own conditions. */
function ownCause(object: KubeObject): string {
  if (object.metadata.deletionTimestamp !== undefined) return 'it is being deleted';
  const conditions = conditionsOf(object);
  if (conditions.length === 0) return 'no controller has looked at it yet';
  const { generation } = object.metadata;
  if (!isObserved(object) && hasBecomeReady(object))
    return `its controller has not seen its latest change: generation ${generation}, seen ${object.status?.observedGeneration ?? 'none'}`;
  const telling = tellingCondition(conditions);
  return telling === undefined ? 'it does not say why' : conditionCause(telling);
}

/** Why a revision is not ready: its pods know best, then its own conditions, then what was warned of. */
export function revisionCause(revision: KubeObject, { pods, warnings }: Evidence): string {
  const { name } = revision.metadata;
  const own = pods.filter(({ metadata }) => metadata.labels?.[revisionLabel] === name);
  const byPods = own.map(podCause).find((cause) => cause !== undefined);
  if (byPods !== undefined) return byPods;
  const telling = tellingCondition(conditionsOf(revision));
  const isVague =
    telling === undefined || /^(|Deploying|ProgressDeadlineExceeded|NotReady)$/.test(telling.reason);
  if (!isVague) return conditionCause(telling);
  const names = new Set(own.map(({ metadata }) => metadata.name));
  const warned = warnings
    .filter(isOf(name, names))
    .map(warningCause)
    .find((cause) => cause !== undefined);
  return warned ?? ownCause(revision);
}

/** The latest warning of an object itself, where its conditions say nothing. */
function lastWarning({ kind, metadata }: KubeObject, warnings: readonly Warning[]): string | undefined {
  const found = warnings.find((one) => one.kind === kind && one.name === metadata.name);
  return found === undefined ? undefined : `${found.reason}: ${said(found.message)}`;
}

const saysNothing = (cause: string): boolean =>
  cause === 'it does not say why' || cause === 'no controller has looked at it yet';

/** Why a family's head is not ready, in one sentence. */
export function whyNotReady({ head, configuration, revisions }: Family, evidence: Evidence): string {
  if (head.metadata.deletionTimestamp !== undefined) return ownCause(head);
  const created: unknown = (configuration ?? head).status?.latestCreatedRevisionName;
  const routed = new Set<unknown>([
    created,
    ...(head.status?.traffic ?? []).map((one: { revisionName?: string }) => one.revisionName),
    ...(head.spec?.traffic ?? []).map((one: { revisionName?: string }) => one.revisionName),
  ]);
  const failing = revisions
    .filter(({ metadata }) => routed.has(metadata.name))
    .filter((revision) => !hasBecomeReady(revision))
    .sort((a, b) => Number(b.metadata.name === created) - Number(a.metadata.name === created))[0];
  if (failing !== undefined) {
    const cause = revisionCause(failing, evidence);
    if (!saysNothing(cause)) return `revision ${failing.metadata.name}: ${cause}`;
  }
  // A Route knows why it is not ready; its Service only repeats it, later.
  for (const object of [configuration, evidence.route, head]) {
    if (object === undefined || (hasBecomeReady(object) && isObserved(object))) continue;
    const cause = ownCause(object);
    if (!saysNothing(cause)) return cause;
  }
  return lastWarning(head, evidence.warnings) ?? ownCause(head);
}

/** Why a host's mapping is not ready. */
export const whyMappingNotReady = (mapping: KubeObject): string => ownCause(mapping);
