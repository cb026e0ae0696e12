import type { ClusterPort } from '../../clusters/cluster-port.ts';
import type { Rewriting } from './expected.ts';
import { isFailure } from './verdict.ts';
import { verdictText } from './verdict-text.ts';
import { verifyMigration } from './verify-migration.ts';

/** How many services were looked at, and what is not yet as on the source. */
export interface Verification {
  readonly services: number;
  readonly waitingFor: readonly string[];
}

/**
 * Compares services of the source with their twins on the target, as a cutover asks: what serves nobody on the source is
 * not waited for.
 * @param rewriting how the fleet rewrites what it moves. @default - everything is to be as on the source
 * @throws ZeroshiftError what the ports throw
 */
export async function verifyServices(
  source: ClusterPort,
  target: ClusterPort,
  services: readonly { readonly namespace: string; readonly name: string }[],
  rewriting?: Rewriting,
): Promise<Verification> {
  const only = new Set(services.map(({ namespace, name }) => `${namespace}/${name}`));
  const waitingFor: string[] = [];
  let count = 0;
  const scope = { only, ...(rewriting === undefined ? {} : { rewriting }) };
  for await (const verdict of verifyMigration({ source, target, ...scope })) {
    if (verdict.kind !== 'Service') continue;
    count++;
    if (isFailure(verdict)) waitingFor.push(verdictText(verdict));
  }
  return { services: count, waitingFor };
}
