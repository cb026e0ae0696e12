import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { findProgram, type Place } from '../machine/index.ts';
import { coredns, kubernetesPrograms, type Programs } from '../programs/index.ts';
import { writeContainerd } from './containerd.ts';
import type { Parts } from './control-plane.ts';

export const nodeName = ({ name }: Place): string => `${name}-node`;

const domain = 'cluster.local';

/** In the cluster's own `/run`. */
export const containerdSocket = '/run/containerd/containerd.sock';

/** The node: containerd and kubelet, the services' addresses and names. */
export async function nodeParts(
  place: Place,
  programs: Programs,
  cgroup: string,
  pause: string,
): Promise<Parts> {
  const at = (...parts: string[]) => join(place.folder, ...parts);
  await mkdir(at('kubelet', 'plugins'), { recursive: true });
  await writeFile(at('resolv.conf'), `nameserver ${place.nodeAddress}\n`);
  await writeFile(at('kubelet.yaml'), stringify(kubeletConfig(place, cgroup)));
  await writeFile(at('proxy.yaml'), stringify(proxyConfig(place)));
  await writeFile(at('Corefile'), corefile(place));
  const containerd = await writeContainerd(place, pause);
  return {
    containerd: [findProgram('containerd') ?? 'containerd', '--config', containerd],
    kubelet: [
      programs(kubernetesPrograms.kubelet),
      `--config=${at('kubelet.yaml')}`,
      `--kubeconfig=${place.kubeconfig}`,
      `--root-dir=${at('kubelet')}`,
      `--cert-dir=${at('kubelet', 'pki')}`,
      `--hostname-override=${nodeName(place)}`,
      `--node-ip=${place.nodeAddress}`,
      '--v=2',
    ],
    'kube-proxy': [programs(kubernetesPrograms.proxy), `--config=${at('proxy.yaml')}`],
    coredns: [programs(coredns), '-conf', at('Corefile')],
  };
}

const kubeletConfig = (place: Place, cgroup: string) => ({
  apiVersion: 'kubelet.config.k8s.io/v1beta1',
  kind: 'KubeletConfiguration',
  authentication: { anonymous: { enabled: true }, webhook: { enabled: false } },
  authorization: { mode: 'AlwaysAllow' },
  address: place.nodeAddress,
  healthzBindAddress: '127.0.0.1',
  cgroupDriver: 'cgroupfs',
  cgroupRoot: cgroup,
  failCgroupV1: false,
  containerRuntimeEndpoint: `unix://${containerdSocket}`,
  clusterDNS: [place.nodeAddress],
  clusterDomain: domain,
  resolvConf: join(place.folder, 'resolv.conf'),
  podLogsDir: join(place.folder, 'pod-logs'),
  volumePluginDir: join(place.folder, 'kubelet', 'plugins'),
  // The machine's disk is not the cluster's: whoever fills it must not move pods.
  evictionHard: {
    'memory.available': '50Mi',
    'nodefs.available': '0%',
    'nodefs.inodesFree': '0%',
    'imagefs.available': '0%',
  },
  imageGCHighThresholdPercent: 100,
  serializeImagePulls: false,
  registryPullQPS: 0,
  failSwapOn: false,
  nodeStatusUpdateFrequency: '5s',
});

const proxyConfig = (place: Place) => ({
  apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
  kind: 'KubeProxyConfiguration',
  clientConnection: { kubeconfig: place.kubeconfig },
  clusterCIDR: place.pods,
  hostnameOverride: nodeName(place),
  mode: 'iptables',
  // Zero leaves the machine's own limits alone.
  conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: '0s', tcpCloseWaitTimeout: '0s' },
});

const corefile = (place: Place): string => `${domain}:53 in-addr.arpa:53 {
  bind ${place.nodeAddress}
  errors
  kubernetes ${domain} in-addr.arpa {
    kubeconfig ${place.kubeconfig}
    pods insecure
  }
}
`;
