import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findKubectl } from '../test/helpers/find-kubectl.ts';

/** Whole processes, in milliseconds: medians of runs that take turns. */
export interface SynthFigures {
  /** `zeroshift synth` of two colours into an empty folder. */
  readonly milliseconds: number;
  readonly services: number;
  readonly runs: number;
  /** `kubectl kustomize` over the released YAML, once a colour, or why it was not measured. */
  readonly peer: { readonly milliseconds: number } | { readonly skipped: string };
}

const colours = { blue: '1.22.1', green: '1.23.0' } as const;
const released = '../shared/upstream';
/** What kustomize takes of a release: the definitions are in the core once more, and the jobs have no names. */
const releasedFiles = ['2-serving-core.yaml', '3-serving-hpa.yaml', 'kourier.yaml'];

const fleetText = (services: number): string => `import { defineFleet } from 'zeroshift/fleet';

export default defineFleet({
  name: 'shop',
  domain: 'example.com',
  regions: [{ name: 'eu-west-1', account: '111122223333', availabilityZones: ['eu-west-1a', 'eu-west-1b'] }],
  colours: {
    blue: { kubernetes: '1.34', knative: '${colours.blue}' },
    green: { kubernetes: '1.35', knative: '${colours.green}' },
  },
  services: Array.from({ length: ${services} }, (_, index) => ({
    name: \`service-\${index}\`,
    namespace: 'shop',
    image: \`ghcr.io/team/service-\${index}:1.0\`,
    env: { MODE: 'fast', TOKEN: 'none' },
    resources: { requests: { cpu: '100m', memory: '64Mi' } },
    readinessProbe: { http: { path: '/ready' } },
    scaling: { min: 1, max: 10 },
    timeout: '60s',
  })),
});
`;

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;

function time(program: string, args: readonly string[]): number {
  const began = performance.now();
  const { status, stderr } = spawnSync(program, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
    timeout: 60_000,
  });
  if (status !== 0)
    throw new Error(`${program} ${args.join(' ')} ended with ${status}: ${stderr.slice(0, 500)}`);
  return performance.now() - began;
}

/** A folder of released YAML that kustomize builds, for each colour; or what is missing. */
function peerFolders(folder: string): { readonly folders: readonly string[] } | { readonly skipped: string } {
  const folders: string[] = [];
  for (const version of Object.values(colours)) {
    const from = join(released, version);
    if (!existsSync(from)) return { skipped: `no released YAML in ${from}` };
    const to = join(folder, `released-${version}`);
    mkdirSync(to);
    for (const file of releasedFiles) copyFileSync(join(from, file), join(to, file));
    writeFileSync(join(to, 'kustomization.yaml'), `resources: [${releasedFiles.join(', ')}]\n`);
    folders.push(to);
  }
  return { folders };
}

/** Runs `zeroshift synth` and `kubectl kustomize` in turn, so that both see the same machine. */
export function measureSynth(command: string, services = 100, runs = 7): SynthFigures {
  const folder = mkdtempSync(join(tmpdir(), 'zeroshift-bench-'));
  try {
    const fleet = join(folder, 'fleet.config.ts');
    writeFileSync(fleet, fleetText(services));
    const kubectl = findKubectl();
    const there = kubectl === undefined ? { skipped: 'no kubectl' } : peerFolders(folder);
    const ours: number[] = [];
    const theirs: number[] = [];
    for (let run = -1; run < runs; run++) {
      const out = join(folder, `out-${run}`);
      const own = time(process.execPath, [command, 'synth', '--fleet', fleet, '--out', out]);
      const peer =
        kubectl === undefined || 'skipped' in there
          ? undefined
          : there.folders.reduce((sum, one) => sum + time(kubectl, ['kustomize', one]), 0);
      // The first only warms the file cache.
      if (run < 0) continue;
      ours.push(own);
      if (peer !== undefined) theirs.push(peer);
    }
    const peer = 'skipped' in there ? there : { milliseconds: median(theirs) };
    return { milliseconds: median(ours), services, runs, peer };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
