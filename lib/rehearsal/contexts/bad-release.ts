import { setTimeout as delay } from 'node:timers/promises';
import type { ClusterPort, KubeObject } from '../../clusters/cluster-port.ts';
import { ZeroshiftError } from '../../messages/error.ts';
import { createProber } from '../../metrics/index.ts';
import { hostsOf, readInventory } from '../../migration/inventory.ts';
import { isOwn, nameOf } from './own-label.ts';

/**
 * A bad release: services of the rehearsal get a new revision whose container answers with an error, and Knative brings
 * it to their traffic as it does every release. What pins its traffic to revisions goes on as before. It needs
 * an application that reads this variable, as the one of this project's tests does; whether it took is looked at.
 */
const variable = { name: 'ANSWER_STATUS', value: '500' };

/** Milliseconds until a service's own address answers with errors. */
const patience = 60_000;
const lookAgain = 250;

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
  const prober = createProber();
  const deadline = Date.now() + patience;
  let waiting = released;
  while (waiting.length > 0 && !signal.aborted) {
    const states = await Promise.all(
      waiting.map(async (service) => {
        const [host] = hostsOf(service);
        if (host === undefined) return false;
        const { status } = await prober.probe({ address, host, path: '/', timeoutMs: 5000 });
        return status !== undefined && status >= 500;
      }),
    );
    waiting = waiting.filter((_, index) => states[index] !== true);
    if (waiting.length > 0 && Date.now() > deadline)
      throw withoutEffect(
        waiting.map(({ service }) => nameOf(service)),
        `still no answer of 500 or more after ${patience / 1000} s`,
      );
    if (waiting.length > 0) await delay(lookAgain);
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
