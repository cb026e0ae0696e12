import { readdir } from 'node:fs/promises';
import type { Place } from './place.ts';
import { run } from './run.ts';

/** The link between the host and a cluster: it ends with the cluster's network namespace, and its routes with it. */
export async function linkUp(pid: number, place: Place): Promise<void> {
  const { device, hostAddress, nodeAddress, pods, services, registry } = place;
  const ip = (...args: string[]) => run('ip', args);
  const inside = (...args: string[]) => run('nsenter', [`--target=${pid}`, '--net', '--', 'ip', ...args]);
  await ip('link', 'add', device, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', String(pid));
  await ip('address', 'add', `${hostAddress}/30`, 'dev', device);
  await ip('link', 'set', device, 'up');
  await inside('link', 'set', 'lo', 'up');
  await inside('address', 'add', `${registry}/32`, 'dev', 'lo');
  await inside('address', 'add', `${nodeAddress}/30`, 'dev', 'eth0');
  await inside('link', 'set', 'eth0', 'up');
  // No way leads further than the host; a service's address needs one to be routed at all, before kube-proxy turns it.
  await inside('route', 'add', services, 'via', hostAddress);
  await ip('route', 'add', pods, 'via', nodeAddress, 'dev', device);
}

/** Whether the host's end of the link is there. */
export const hasLink = async ({ device }: Place): Promise<boolean> =>
  (await readdir('/sys/class/net')).includes(device);

/** Takes the link away where the kernel has not yet. */
export async function linkDown(place: Place): Promise<void> {
  if (await hasLink(place))
    await run('ip', ['link', 'delete', place.device]).catch(async (error: unknown) => {
      // The kernel may have been quicker.
      if (await hasLink(place)) throw error;
    });
}
