import { keeperOf } from './keeper.ts';
import { signalPart } from './kill.ts';
import type { Place } from './place.ts';
import { run } from './run.ts';

/**
 * Makes a cluster's node as silent as a dead one: no packet comes to its pods or from them, nobody is told so, and its kubelet says
 * nothing. The API server, which is elsewhere in a real cluster, answers. The function that it gives wakes the node.
 */
export async function silence(place: Place): Promise<() => Promise<void>> {
  const keeper = await keeperOf(place);
  if (keeper === undefined) throw new Error(`${place.name} is not up`);
  const rules = [
    ['FORWARD', '-d', place.pods],
    ['FORWARD', '-s', place.pods],
    ['OUTPUT', '-d', place.pods],
  ] as const;
  const table = (how: string, [chain, ...match]: readonly string[]): Promise<string> =>
    run('nsenter', [
      `--target=${keeper.pid}`,
      '--net',
      '--',
      'iptables',
      '--wait',
      how,
      chain ?? '',
      ...match,
      '-j',
      'DROP',
    ]);
  await signalPart(place, 'kubelet', 'SIGSTOP');
  for (const rule of rules) await table('-I', rule);
  return async () => {
    for (const rule of rules) await table('-D', rule);
    await signalPart(place, 'kubelet', 'SIGCONT');
  };
}
