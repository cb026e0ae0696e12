import { hostname } from 'node:os';
import type { DefinitionPort } from '../../clusters/definition-port.ts';
import { processStart } from '../../cutover/process-start.ts';
import { ZeroshiftError } from '../../messages/error.ts';
import { rehearsalLabel } from './own-label.ts';

const lease = {
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  namespace: 'default',
  name: 'zeroshift-rehearsal',
};

/** Seconds that a claim holds without being renewed, and milliseconds between two renewals. */
const holdsFor = 30;
const renewEvery = 10_000;

/** Gives a cluster up. */
export type Release = () => Promise<void>;

/**
 * Claims a cluster for one rehearsal: what another one made there is not what an earlier one left. The claim of a process
 * of this machine that has ended counts no more.
 * @throws ZeroshiftError `rehearsal.busy`
 */
export async function claim(cluster: DefinitionPort, fleet: string, where: string): Promise<Release> {
  const holder = [hostname(), process.pid, await processStart(process.pid)].join('/');
  const found = await cluster.get(lease);
  if (found !== undefined) {
    const until = Date.parse(found.spec?.renewTime ?? '') + holdsFor * 1000;
    const left = Math.ceil((until - Date.now()) / 1000);
    const by = String(found.spec?.holderIdentity ?? '');
    if (left > 0 && (await mayRun(by))) throw busy(where, by, left);
    await cluster.remove(found);
  }
  const now = microTime();
  try {
    await cluster.create({
      apiVersion: lease.apiVersion,
      kind: lease.kind,
      metadata: { namespace: lease.namespace, name: lease.name, labels: { [rehearsalLabel]: fleet } },
      spec: { holderIdentity: holder, leaseDurationSeconds: holdsFor, acquireTime: now, renewTime: now },
    });
  } catch (error) {
    // Another one was faster.
    if (error instanceof ZeroshiftError && error.code === 'cluster.conflict')
      throw busy(where, 'another', holdsFor);
    throw error;
  }
  const timer = setInterval(() => {
    // A renewal that fails is made up for by the next one.
    cluster.patch(lease, { spec: { renewTime: microTime() } }).catch(() => {});
  }, renewEvery);
  timer.unref();
  return async () => {
    clearInterval(timer);
    const mine = await cluster.get(lease);
    if (mine?.spec?.holderIdentity === holder) await cluster.remove(mine);
  };
}

async function mayRun(holder: string): Promise<boolean> {
  const [host, pid, since] = holder.split('/');
  if (host !== hostname()) return true;
  return (await processStart(Number(pid))) === since;
}

const microTime = (): string => new Date().toISOString().replace('Z', '000Z');

const busy = (where: string, holder: string, seconds: number): ZeroshiftError =>
  new ZeroshiftError('another rehearsal is under way on this cluster', {
    code: 'rehearsal.busy',
    source: 'outside',
    problems: [{ where, value: holder, allowed: 'one rehearsal at a time' }],
    action: `wait until it has ended; if it is dead already, try again in ${seconds} s`,
  });
