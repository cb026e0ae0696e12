import { setTimeout as delay } from 'node:timers/promises';
import type { ClusterPort, KubeObject } from '../../clusters/cluster-port.ts';
import { ZeroshiftError } from '../../messages/error.ts';
import { createProber } from '../../metrics/index.ts';
import { hostsOf, readInventory, type ServiceInventory } from '../../migration/inventory.ts';
import { isOwn, nameOf } from './own-label.ts';

/**
 * A bad release: services of the rehearsal get a new revision whose container answers with an error, and Knative brings
 * it to their traffic as it does every release. What pins its traffic to revisions goes on as before. It needs
 * an application that reads this variable, as the one of this project's tests does; whether it took is looked at.
 */
const variable = { name: 'ANSWER_STATUS', value: '500' };

/** Milliseconds until a service answers with errors, between two looks at the cluster, and between two requests. */
const patience = 60_000;
const lookAgain = 250;
const askAgain = 1000;

interface Container {
  readonly env?: readonly { readonly name: string }[];
}

const withVariable = (container: Container) => ({
  ...container,
  env: [...(container.env ?? []).filter(({ name }) => name !== variable.name), variable],
});

/**
 * Releases it, and resolves when each of these services answers with errors.
 * @param address `host:port` of the cluster's entrance
 * @throws ZeroshiftError `rehearsal.no-fault`
 */
export async function releaseBadly(
  cluster: ClusterPort,
  address: string,
  signal: AbortSignal,
): Promise<void> {
  const { services } = await readInventory(cluster);
  const released = services.filter(({ service }) => isOwn(service) && takesReleases(service));
  if (released.length === 0) throw withoutEffect([], 'no service whose traffic goes to its latest revision');
  for (const { service } of released) {
    const { apiVersion, kind, metadata, spec } = service;
    const [first, ...others]: Container[] = spec?.template?.spec?.containers ?? [];
    await cluster.patch(
      { apiVersion, kind, name: metadata.name, namespace: metadata.namespace ?? 'default' },
      {
        spec: {
          template: {
            // A name that the template gives would be the old revision's.
            metadata: { name: null },
            spec: { containers: [withVariable(first ?? {}), ...others] },
          },
        },
      },
    );
  }
  const deadline = Date.now() + patience;
  for (const { service } of released) await servedAnew(cluster, service, deadline, signal);
  for (const service of released) await answersBadly(service, address, deadline, signal);
}

/** Waits until a newer revision than before has a service's traffic. */
async function servedAnew(
  cluster: ClusterPort,
  { apiVersion, kind, metadata, status }: KubeObject,
  deadline: number,
  signal: AbortSignal,
): Promise<void> {
  const { name, namespace = 'default' } = metadata;
  while (!signal.aborted) {
    const found = await cluster.get({ apiVersion, kind, namespace, name });
    const ready = ((found?.status?.conditions ?? []) as { type: string; status: string }[]).some(
      (condition) => condition.type === 'Ready' && condition.status === 'True',
    );
    const current = found?.status?.observedGeneration === found?.metadata.generation;
    if (ready && current && found?.status?.latestReadyRevisionName !== status?.latestReadyRevisionName)
      return;
    if (Date.now() > deadline)
      throw withoutEffect([`${kind} ${namespace}/${name}`], 'the new revision does not become ready');
    await delay(lookAgain);
  }
}

/** Sees an error in the answer. Asked seldom: the gates count these requests with everybody's. */
async function answersBadly(
  service: ServiceInventory,
  address: string,
  deadline: number,
  signal: AbortSignal,
): Promise<void> {
  const [host = ''] = hostsOf(service);
  while (!signal.aborted) {
    const { status = 0 } = await createProber().probe({ address, host, path: '/', timeoutMs: 5000 });
    if (status >= 500) return;
    if (Date.now() > deadline) throw withoutEffect([nameOf(service.service)], 'its answers are as before');
    await delay(askAgain);
  }
}

const takesReleases = ({ spec }: KubeObject): boolean => {
  const traffic: readonly { percent?: number; revisionName?: string }[] = spec?.traffic ?? [];
  return (
    traffic.length === 0 ||
    traffic.some(({ percent = 0, revisionName }) => percent > 0 && revisionName === undefined)
  );
};

const withoutEffect = (services: readonly string[], why: string): ZeroshiftError =>
  new ZeroshiftError(`the fault bad-green has no effect: ${why}`, {
    code: 'rehearsal.no-fault',
    source: 'user',
    exitCode: 1,
    problems: services.map((where) => ({
      where,
      value: `${variable.name}=${variable.value}`,
      allowed: 'an application that answers with the status in this variable',
    })),
    action: 'rehearse services with traffic to their latest revision whose application reads the variable',
  });
