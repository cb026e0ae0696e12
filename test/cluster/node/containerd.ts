import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cniFolder, type Place } from '../machine/index.ts';
import { registryPort } from './registry-part.ts';

/** Writes what containerd reads, and gives its main file. Sockets and states are in the cluster's own `/run`. */
export async function writeContainerd(place: Place, pause: string): Promise<string> {
  const at = (...parts: string[]) => join(place.folder, ...parts);
  const registry = `${place.registry}:${registryPort}`;
  await mkdir(at('network'), { recursive: true });
  await writeFile(at('network', '10-bridge.conflist'), JSON.stringify(network(place)));
  await mkdir(at('registries', registry), { recursive: true });
  await writeFile(at('registries', registry, 'hosts.toml'), hosts(`http://${registry}`));
  await writeFile(at('containerd.toml'), config(place, pause));
  return at('containerd.toml');
}

/** Old versions want the section, too. */
const hosts = (url: string): string =>
  `server = "${url}"\n\n[host."${url}"]\n  capabilities = ["pull", "resolve"]\n`;

const network = ({ name, pods }: Place) => ({
  cniVersion: '1.0.0',
  name: `zeroshift-${name}`,
  plugins: [
    {
      type: 'bridge',
      bridge: 'pods',
      isGateway: true,
      ipMasq: true,
      hairpinMode: true,
      ipam: {
        type: 'host-local',
        dataDir: '/run/network',
        ranges: [[{ subnet: pods }]],
        routes: [{ dst: '0.0.0.0/0' }],
      },
    },
    { type: 'portmap', capabilities: { portMappings: true } },
  ],
});

// No profile may be loaded into the machine's kernel: it would stay.
const config = ({ folder }: Place, pause: string): string => {
  const cri = 'plugins."io.containerd.grpc.v1.cri"';
  const others = ['btrfs', 'zfs', 'devmapper', 'aufs'].map(
    (name) => `"io.containerd.snapshotter.v1.${name}"`,
  );
  return `version = 2
root = "${join(folder, 'containerd')}"
state = "/run/containerd"
disabled_plugins = [${others.join(', ')}]
[grpc]
  address = "/run/containerd/containerd.sock"
[${cri}]
  sandbox_image = "${pause}"
  netns_mounts_under_state_dir = true
  enable_unprivileged_ports = true
  restrict_oom_score_adj = true
  disable_apparmor = true
  [${cri}.registry]
    config_path = "${join(folder, 'registries')}"
  [${cri}.cni]
    bin_dir = "${cniFolder()}"
    conf_dir = "${join(folder, 'network')}"
  [${cri}.containerd]
    snapshotter = "overlayfs"
    [${cri}.containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
      [${cri}.containerd.runtimes.runc.options]
        SystemdCgroup = false
`;
};
