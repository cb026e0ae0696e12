import { readFileSync } from 'node:fs';
import { ZeroshiftError } from '../../../lib/messages/error.ts';
import { cniFolder, findProgram } from './programs.ts';

/** Something that the lane needs and that this machine does not have. */
export interface MissingPart {
  readonly what: string;
  /** How to get it, as a clause. */
  readonly how: string;
}

/** Program → package of Debian and Ubuntu. */
const packages = {
  etcd: 'etcd-server',
  containerd: 'containerd',
  runc: 'runc',
  'docker-registry': 'docker-registry',
  ip: 'iproute2',
  iptables: 'iptables',
  mount: 'mount',
  unshare: 'util-linux',
  nsenter: 'util-linux',
  python3: 'python3',
  pip3: 'python3-pip',
} as const;

const text = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
};

/** The first Go that takes the lane's go.mod files. */
const goMinor = 26;

/** Controllers without which kubelet does not start. */
const controllers = ['cpu', 'cpuacct', 'cpuset', 'memory', 'pids'];

function kernel(): MissingPart[] {
  const missing: MissingPart[] = [];
  const modules = `${text('/proc/filesystems')}\n${text('/proc/modules')}`;
  if (!/\boverlay\b/.test(modules))
    missing.push({ what: "the kernel's overlay file system", how: 'modprobe overlay' });
  const enabled = text('/proc/cgroups')
    .split('\n')
    .map((line) => line.split('\t'))
    .filter(([, , , on]) => on === '1')
    .map(([name]) => name);
  // With version 2 alone, new kernels list no controllers there.
  const unified = text('/sys/fs/cgroup/cgroup.controllers').trim().split(' ');
  for (const name of controllers)
    if (
      !enabled.includes(name) &&
      !unified.includes(name) &&
      !(name === 'cpuacct' && unified.includes('cpu'))
    )
      missing.push({ what: `the kernel's cgroup controller ${name}`, how: 'start the kernel with it' });
  return missing;
}

/**
 * Go alone, which is all that a program needs to be built.
 * @param version what `go version` says. @default - it is not looked at
 */
export function missingGo(version?: string): MissingPart[] {
  const how = `install Go 1.${goMinor} or newer: https://go.dev/dl/`;
  if (findProgram('go') === undefined) return [{ what: 'Go', how }];
  const minor = /go1\.(\d+)/.exec(version ?? '')?.[1];
  return minor !== undefined && Number(minor) < goMinor
    ? [{ what: `Go 1.${goMinor} (there is ${version})`, how }]
    : [];
}

/**
 * What is missing on this machine for the lane, with how to get each.
 * @param goVersion what `go version` says. @default - Go's version is not looked at
 */
export function missingParts(goVersion?: string): MissingPart[] {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    return [
      {
        what: `Linux on x64 (this is ${process.platform} on ${process.arch})`,
        how: 'use a virtual machine with it',
      },
    ];
  const missing: MissingPart[] = [];
  if (process.getuid?.() !== 0) missing.push({ what: 'root', how: 'run it as root' });
  for (const [program, name] of Object.entries(packages))
    if (findProgram(program) === undefined)
      missing.push({ what: program, how: `apt-get install -y ${name}` });
  if (cniFolder() === undefined)
    missing.push({
      what: 'the plugins of the container network',
      how: 'apt-get install -y containernetworking-plugins',
    });
  return [...missing, ...missingGo(goVersion), ...kernel()];
}

/** @throws ZeroshiftError `lane.missing` with all that is missing at once */
export function refuseMissing(missing: readonly MissingPart[]): void {
  if (missing.length === 0) return;
  throw new ZeroshiftError(
    `the lane cannot run here: ${missing.map(({ what }) => what).join(', ')} missing`,
    {
      code: 'lane.missing',
      source: 'user',
      action: [...new Set(missing.map(({ how }) => how))].join('; '),
    },
  );
}
