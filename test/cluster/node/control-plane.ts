import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { findProgram, type Place } from '../machine/index.ts';
import { kubernetesPrograms, type Programs } from '../programs/index.ts';
import { accessFiles } from './access.ts';

/** Part → command. */
export type Parts = Readonly<Record<string, readonly string[]>>;

const etcdUrl = 'http://127.0.0.1:2379';

/** The store and the API server, which makes its own certificate. */
export function controlPlane(place: Place, programs: Programs): Parts {
  const files = accessFiles(place);
  return {
    etcd: [
      findProgram('etcd') ?? 'etcd',
      `--name=${place.name}`,
      `--data-dir=${join(place.folder, 'etcd', 'data')}`,
      `--listen-client-urls=${etcdUrl}`,
      `--advertise-client-urls=${etcdUrl}`,
      '--logger=zap',
      '--log-level=warn',
    ],
    'kube-apiserver': [
      programs(kubernetesPrograms.apiServer),
      `--etcd-servers=${etcdUrl}`,
      `--bind-address=${place.nodeAddress}`,
      `--advertise-address=${place.nodeAddress}`,
      '--secure-port=6443',
      `--service-cluster-ip-range=${place.services}`,
      '--allow-privileged=true',
      '--authorization-mode=RBAC',
      `--token-auth-file=${files.tokens}`,
      `--cert-dir=${files.certificates}`,
      '--kubelet-preferred-address-types=InternalIP',
      '--service-account-issuer=https://kubernetes.default.svc',
      `--service-account-key-file=${files.accounts}`,
      `--service-account-signing-key-file=${files.accounts}`,
      '--profiling=false',
      '--v=1',
    ],
  };
}

/** What acts on the API server's objects. Each is alone, so that none waits to lead. */
export async function managers(place: Place, programs: Programs): Promise<Parts> {
  const files = accessFiles(place);
  const config = join(place.folder, 'scheduler.yaml');
  await writeFile(
    config,
    stringify({
      apiVersion: 'kubescheduler.config.k8s.io/v1',
      kind: 'KubeSchedulerConfiguration',
      clientConnection: { kubeconfig: place.kubeconfig },
      leaderElection: { leaderElect: false },
    }),
  );
  const shared = [
    `--authentication-kubeconfig=${place.kubeconfig}`,
    `--authorization-kubeconfig=${place.kubeconfig}`,
    '--bind-address=127.0.0.1',
    '--v=1',
  ];
  return {
    'kube-controller-manager': [
      programs(kubernetesPrograms.controllerManager),
      `--kubeconfig=${place.kubeconfig}`,
      `--service-account-private-key-file=${files.accounts}`,
      `--root-ca-file=${files.certificate}`,
      `--cert-dir=${join(place.folder, 'controller-manager')}`,
      '--leader-elect=false',
      // Deployments whose size an autoscaler holds begin with one pod: the second must not take a quarter of a minute to come.
      '--horizontal-pod-autoscaler-sync-period=2s',
      ...shared,
    ],
    'kube-scheduler': [
      programs(kubernetesPrograms.scheduler),
      `--config=${config}`,
      `--cert-dir=${join(place.folder, 'scheduler')}`,
      ...shared,
    ],
  };
}
