import type { ClusterStatus } from '../lane/index.ts';

const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;

/** What a state means for who reads it; nothing for what says enough. */
const hints = (name: string) =>
  ({
    restarting: ': its keeper starts again what ended',
    busy: ': another command is at work on it',
    broken: `: npm run clusters -- down ${name}, then up`,
    up: '',
    down: '',
  }) as const;

/** A cluster's status for a person. */
export function statusLines({
  name,
  state,
  parts,
  bytes,
  knative,
  deployments,
  addresses,
  kubeconfig,
}: ClusterStatus): string[] {
  const held = bytes > 0 ? `, ${megabytes(bytes)}` : '';
  const lines = [`${name}: ${state}${held}${hints(name)[state]}`];
  for (const part of parts) {
    const running = part.pid > 0 ? megabytes(part.bytes) : 'does not run';
    const again = part.starts > 1 ? `, started ${part.starts} times (${part.last})` : '';
    lines.push(`  ${part.name.padEnd(24)} ${running}${again}`);
  }
  if (knative !== undefined) lines.push(`  Knative ${knative}`);
  else if (state === 'up') lines.push('  without Knative: up adds it');
  for (const { name: deployment, ready, wanted } of deployments)
    lines.push(`    ${deployment.padEnd(22)} ${ready} of ${wanted} ready`);
  if (addresses !== undefined)
    lines.push(
      `  API ${addresses.api}, node ${addresses.node}, pods ${addresses.pods}`,
      `  registry ${addresses.registry}, from the host ${addresses.node}:5000`,
      `  gateways ${addresses.gateways.join(', ') || 'none'}`,
    );
  if (kubeconfig !== undefined) lines.push(`  kubeconfig ${kubeconfig}`);
  return lines;
}
