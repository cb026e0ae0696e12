import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Duration } from '../lib/fleet/duration.ts';
import { startAccelerator } from '../lib/rehearsal/accelerator/index.ts';
import { bundle, kubeconfigOf, startServer } from './generated-servers.ts';

const regions = ['eu-west-1', 'us-east-1', 'ap-southeast-2'];
const runs = 3;

/** `zeroshift plan` of three regions as a whole process. */
export interface PlanFigures {
  /** In all of its regions. */
  readonly services: number;
  readonly milliseconds: number;
  /** Resident at most, in MiB. */
  readonly megabytes: number;
  readonly planMegabytes: number;
  readonly runs: number;
}

/** What the engine takes for watching the shares and the hold, in virtual time. */
export interface WatchFigures {
  readonly status: string;
  readonly records: number;
  readonly virtualSeconds: number;
  readonly cpuSeconds: number;
  readonly megabytes: number;
  readonly journalMegabytes: number;
}

/** @param hours of the hold @throws Error when the cutover does not come to its end */
export function measureWatch(services: number, hours: number): WatchFigures {
  const output = execFileSync(process.execPath, [bundle('cutover/watch'), String(services), String(hours)], {
    encoding: 'utf8',
  });
  const figures = JSON.parse(output) as WatchFigures;
  if (figures.status !== 'completed') throw new Error(`the cutover did not end: ${output}`);
  return figures;
}

const nlb = (region: string, colour: string): string =>
  `arn:aws:elasticloadbalancing:${region}:111122223333:loadbalancer/net/bench-${colour}/0123456789abcdef`;

/**
 * @param services of each region
 * @throws Error when something is not planned as it should be
 */
export async function measurePlan(command: string, services: number): Promise<PlanFigures> {
  const folder = mkdtempSync(join(tmpdir(), 'zeroshift-bench-'));
  const server = bundle('cutover/server');
  const [blue, green] = await Promise.all([startServer(server, String(services)), startServer(server, '0')]);
  const endpointsOf = (region: string) =>
    (['blue', 'green'] as const).map((colour) => ({
      id: nlb(region, colour),
      weight: colour === 'blue' ? 100 : 0,
      addresses: { '80': '127.0.0.1:9' },
      healthCheck: { address: '127.0.0.1:9', path: '/' },
    }));
  const [region = '', ...others] = regions;
  const accelerator = await startAccelerator({
    region,
    ports: { '80': 0 },
    endpoints: endpointsOf(region),
    otherRegions: others.map((other) => ({ region: other, endpoints: endpointsOf(other) })),
    propagation: Duration.parse('1s'),
    seed: 1,
  });
  try {
    writeFileSync(join(folder, 'kubeconfig'), kubeconfigOf({ blue: blue.url, green: green.url }));
    const colourOf = (at: string, colour: string) => ({
      cluster: { name: colour, kubeconfig: join(folder, 'kubeconfig'), context: colour },
      entrance: { arn: nlb(at, colour), addresses: { '80': '127.0.0.1:9' } },
    });
    writeFileSync(
      join(folder, 'locator.json'),
      JSON.stringify({
        apiVersion: 'zeroshift/v1',
        kind: 'Locator',
        fleet: 'bench',
        accelerator: {
          arn: accelerator.acceleratorArn,
          listenerArn: accelerator.listenerArn,
          addresses: accelerator.addresses,
          controlPlane: accelerator.controlPlane,
        },
        regions: regions.map((at) => ({
          region: at,
          endpointGroupArn: accelerator.endpointGroupArns[at],
          colours: { blue: colourOf(at, 'blue'), green: colourOf(at, 'green') },
        })),
      }),
    );
    writeFileSync(
      join(folder, 'fleet.config.mjs'),
      `import { defineFleet } from 'zeroshift/fleet';\nexport default defineFleet(${JSON.stringify({
        name: 'bench',
        domain: 'example.com',
        regions: regions.map((name) => ({
          name,
          account: '111122223333',
          availabilityZones: [`${name}a`, `${name}b`],
        })),
        colours: {
          blue: { kubernetes: '1.34', knative: '1.22.1' },
          green: { kubernetes: '1.35', knative: '1.23.0' },
        },
      })});`,
    );
    const args = ['plan', '--json', '--fleet', join(folder, 'fleet.config.mjs')];
    args.push('--locator', join(folder, 'locator.json'), '--state');
    const times: { milliseconds: number; megabytes: number }[] = [];
    for (let run = 0; run <= runs; run++) {
      const time = await timed(command, [...args, join(folder, `state-${run}`)], join(folder, 'usage.mjs'));
      // The first one has the server make its pages.
      if (run > 0) times.push(time);
    }
    const [middle] = times.sort((a, b) => a.milliseconds - b.milliseconds).slice(runs >> 1);
    const [plan = ''] = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('plan.json'),
    );
    return {
      services: services * regions.length,
      milliseconds: middle?.milliseconds ?? 0,
      megabytes: Math.max(...times.map(({ megabytes }) => megabytes)),
      planMegabytes: statSync(join(folder, plan)).size / 2 ** 20,
      runs,
    };
  } finally {
    blue.close();
    green.close();
    await accelerator.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A whole process that says at its end what it took. */
async function timed(command: string, args: readonly string[], usage: string) {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a program's text
  const said = '`\\nresident ${process.resourceUsage().maxRSS}\\n`';
  writeFileSync(usage, `process.on('exit', () => process.stderr.write(${said}));`);
  const began = performance.now();
  const child = spawn(process.execPath, ['--import', usage, command, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [output, errors] = ['', ''];
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  const milliseconds = performance.now() - began;
  const resident = /resident (\d+)/.exec(errors)?.[1];
  if (code !== 0 || resident === undefined) throw new Error(`${output}${errors}`);
  return { milliseconds, megabytes: Number(resident) / 1024 };
}
