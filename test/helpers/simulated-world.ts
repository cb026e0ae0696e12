import type { KubeObject } from '../../lib/clusters/cluster-port.ts';
import type { FollowReading } from '../../lib/cutover/commands.ts';
import { makePlan } from '../../lib/cutover/make-plan.ts';
import type { CutoverPlan } from '../../lib/cutover/plan.ts';
import type { ColourPorts, CutoverPorts, HookPort } from '../../lib/cutover/ports.ts';
import { type Colour, colours, sibling } from '../../lib/fleet/colour.ts';
import type { FleetInput } from '../../lib/fleet/define-fleet.ts';
import type { Fleet } from '../../lib/fleet/fleet.ts';
import type { Locator } from '../../lib/fleet/locator.ts';
import type { ProbePort } from '../../lib/metrics/metrics-port.ts';
import { handedOverAnnotation, handedOverText } from '../../lib/migration/plan/handed-over.ts';
import { waiting } from '../../lib/migration/plan/runs.ts';
import { exampleFleet } from './fleet.ts';
import { SimulatedAccelerator } from './simulated-accelerator.ts';
import { SimulatedClock } from './simulated-clock.ts';
import { SimulatedCluster } from './simulated-cluster.ts';
import { SimulatedGateways } from './simulated-gateways.ts';
import { referenceOf } from './simulated-objects.ts';
import { fewServices, simulatedServices } from './simulated-services.ts';
import { simulatedRules, simulatedSingletons } from './simulated-singletons.ts';

export interface WorldOptions {
  /** @default 1 */
  readonly regions?: number;
  /** @default [5, 50, 100] */
  readonly shares?: readonly number[];
  /** The colour that is live at first. @default 'blue' */
  readonly live?: Colour;
  /** Weight of an endpoint of somebody else's in each group. @default - there is none */
  readonly strangerWeight?: number;
  /** Whether Knative copies annotations from revisions to their PodAutoscalers. @default both colours do */
  readonly copiesAnnotations?: Readonly<Record<Colour, boolean>>;
  /** @default - short times */
  readonly cutover?: FleetInput['cutover'];
  /** Whether singletons were handed over and back before, by another plan. @default false */
  readonly handedBackBefore?: boolean;
  /** How many pods floors may start at once. @default 3 */
  readonly podsAtOnce?: number;
  /** Whether only a few services are there. @default false */
  readonly few?: boolean;
  /** Whether the live colour has workloads that act by themselves. @default true */
  readonly singletons?: boolean;
  /** @default { flows: 30, requests: 300 } a second and region */
  readonly traffic?: { readonly flows: number; readonly requests: number };
}

export const strangerArn =
  'arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/net/legacy/50dc6c495c0c9188';

const names = ['eu-west-1', 'us-east-1'];
/** Part of the open flows that end in a second. */
const ending = 1 / 20;

/** Everything that a cutover acts on, with a clock of its own. */
export class SimulatedWorld {
  readonly clock = new SimulatedClock();
  readonly accelerator = new SimulatedAccelerator(this.clock);
  readonly clusters: Readonly<Record<string, Readonly<Record<Colour, SimulatedCluster>>>>;
  readonly gateways: Readonly<Record<string, Readonly<Record<Colour, SimulatedGateways>>>>;
  readonly fleet: Fleet;
  readonly locator: Locator;
  readonly live: Colour;
  /** Names of the regions, in the order of the plan. */
  readonly regions: readonly string[];
  readonly #places: ReadonlyMap<string, Locator['regions'][number]>;
  readonly #needs: typeof needs;
  /** `region/colour` → requests a second that reach it past the accelerator. */
  readonly bypass = new Map<string, number>();
  /** `region/colour` whose API server does not answer. */
  readonly silent = new Set<string>();
  /** `region/colour` whose services do not answer probes. */
  readonly mute = new Set<string>();
  /** Region → what its target lacks, or cannot have. */
  readonly behind = new Map<string, Partial<FollowReading>>();
  /** Whether targets are kept equal to their sources. */
  followed = false;
  /** Answers for the fleet's hooks. */
  hooks?: HookPort;
  readonly ports: CutoverPorts;
  readonly #edited: boolean;
  readonly #singletons: boolean;
  readonly #few: boolean;
  readonly #handedBack: boolean;
  readonly #traffic: { readonly flows: number; readonly requests: number };

  constructor(options: WorldOptions = {}) {
    const regions = names.slice(0, options.regions ?? 1);
    const live = options.live ?? 'blue';
    this.live = live;
    this.regions = regions;
    this.#edited = options.copiesAnnotations?.[live] === false;
    this.#singletons = options.singletons ?? true;
    this.#few = options.few ?? false;
    this.#handedBack = options.handedBackBefore ?? false;
    this.#traffic = options.traffic ?? { flows: 30, requests: 300 };
    this.fleet = fleetOf({
      regions: regions.map((name) => ({
        name,
        account: '111122223333',
        availabilityZones: [`${name}a`, `${name}b`],
      })),
      cutover: {
        steps: [...(options.shares ?? [5, 50, 100])],
        bake: '5s',
        patience: '20s',
        hold: '10s',
        deployTimeout: '40s',
        readyTimeout: '40s',
        drain: { quiet: '10s', timeout: '60s' },
        gates: { minSamples: 20 },
        podsAtOnce: options.podsAtOnce ?? 3,
        ...options.cutover,
      },
      ...(this.#singletons ? { migration: { workloads: simulatedRules } } : {}),
    });
    const both = <T>(make: (colour: Colour) => T): Record<Colour, T> => ({
      blue: make('blue'),
      green: make('green'),
    });
    const each = <T>(make: (region: string) => T): Record<string, T> =>
      Object.fromEntries(regions.map((region) => [region, make(region)]));
    this.clusters = each(() =>
      both(
        (colour) =>
          new SimulatedCluster({
            clock: this.clock,
            copiesAnnotations: options.copiesAnnotations?.[colour] ?? true,
          }),
      ),
    );
    this.gateways = each((region) =>
      both((colour) => new SimulatedGateways(this.clock, this.cluster(region, colour))),
    );
    this.locator = locatorOf(this.fleet, regions);
    this.#places = new Map(this.locator.regions.map((place) => [place.region, place]));
    this.#needs = this.#few ? needs.slice(0, 1) : needs;
    for (const { region, endpointGroupArn, colours: places } of this.locator.regions)
      this.accelerator.add(endpointGroupArn, region, [
        { id: places[sibling(live)].entrance.arn, weight: 0, clientIpPreservation: true },
        ...(options.strangerWeight === undefined
          ? []
          : [{ id: strangerArn, weight: options.strangerWeight, clientIpPreservation: false }]),
        { id: places[live].entrance.arn, weight: 100, clientIpPreservation: true },
      ]);
    this.ports = {
      traffic: this.accelerator,
      clock: this.clock,
      prober: { probe: (target) => this.#probe(target) },
      rules: async () => ({
        ...(this.fleet.migration === undefined ? {} : { migration: this.fleet.migration }),
        releases: both((colour) => ({ knative: this.fleet.colours[colour].knative, features: [] })),
      }),
      regions: Object.fromEntries(
        this.locator.regions.map(({ region, colours: places }) => [
          region,
          both(
            (colour): ColourPorts => ({
              cluster: this.cluster(region, colour),
              metrics: this.gateway(region, colour),
              entrance: places[colour].entrance,
            }),
          ),
        ]),
      ),
    };
    this.clock.onPass((milliseconds) => this.#pass(milliseconds / 1000));
  }

  /** Puts the services on the live colour and lets the world settle. */
  async settle(): Promise<this> {
    for (const region of this.regions)
      for (const generation of this.#few ? fewServices : simulatedServices) {
        for (const object of generation) await this.cluster(region, this.live).apply(object);
        this.clock.advance(5_000);
      }
    if (this.#singletons) await this.#addSingletons();
    // Where edits of a PodAutoscaler stay, somebody has made one.
    if (this.#edited)
      for (const region of this.regions)
        await this.cluster(region, this.live).patch(
          {
            apiVersion: 'autoscaling.internal.knative.dev/v1alpha1',
            kind: 'PodAutoscaler',
            namespace: 'shop',
            name: 'cart-00001',
          },
          { metadata: { annotations: { 'autoscaling.knative.dev/min-scale': '3' } } },
        );
    this.clock.advance(60_000);
    return this;
  }

  /** On the live colour they run; on the other they are as a migration leaves them. */
  async #addSingletons(): Promise<void> {
    for (const region of this.regions)
      for (const colour of colours) {
        const cluster = this.cluster(region, colour);
        await cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
        for (const object of simulatedSingletons) {
          const waits = waiting(object);
          if ('code' in waits) throw new Error(waits.why);
          const mine = colour === this.live ? object : waits.object;
          await cluster.apply(mine);
          if (!this.#handedBack) continue;
          const mark = { place: colour === this.live ? 'here' : 'away', plan: 'earlier' } as const;
          await cluster.patch(referenceOf(mine), {
            metadata: { annotations: { [handedOverAnnotation]: handedOverText(mark) } },
          });
        }
      }
  }

  plan(): Promise<CutoverPlan> {
    return makePlan(this.fleet, this.locator, this.ports);
  }

  cluster(region: string, colour: Colour): SimulatedCluster {
    const found = this.clusters[region]?.[colour];
    if (found === undefined) throw new Error(`no cluster in ${region}`);
    return found;
  }

  gateway(region: string, colour: Colour): SimulatedGateways {
    const found = this.gateways[region]?.[colour];
    if (found === undefined) throw new Error(`no gateways in ${region}`);
    return found;
  }

  groupArn(region: string): string {
    return this.#places.get(region)?.endpointGroupArn ?? '';
  }

  entrance(region: string, colour: Colour): string {
    return this.#places.get(region)?.colours[colour].entrance.arn ?? '';
  }

  weight(region: string, colour: Colour): number | undefined {
    const { endpoints } = this.accelerator.group(this.groupArn(region));
    return endpoints.find(({ id }) => id === this.entrance(region, colour))?.weight;
  }

  /** Every revision and PodAutoscaler with its annotations: what floors touch. */
  annotations(): Record<string, unknown> {
    return Object.fromEntries(
      this.regions.flatMap((region) =>
        colours.flatMap((colour) =>
          [...this.cluster(region, colour).objects]
            .filter(([, { kind }]) => kind === 'Revision' || kind === 'PodAutoscaler')
            .map(([key, { metadata }]) => [`${region} ${colour} ${key}`, { ...metadata.annotations }]),
        ),
      ),
    );
  }

  #pass(seconds: number): void {
    for (const region of this.regions) {
      const arn = this.groupArn(region);
      const parts = colours.map((colour) => {
        const share = this.accelerator.share(arn, this.entrance(region, colour));
        const there = this.gateway(region, colour);
        there.connect(share * this.#traffic.flows * seconds, ending * seconds);
        return { colour, share, there, open: there.open };
      });
      const open = parts.reduce((sum, part) => sum + part.open, 0);
      for (const { colour, share, there, open: own } of parts) {
        const past = this.bypass.size === 0 ? 0 : (this.bypass.get(`${region}/${colour}`) ?? 0);
        const through = open > 0 ? (this.#traffic.requests * own) / open : 0;
        there.answer((through + past) * seconds);
        const cluster = this.cluster(region, colour);
        for (const [namespace, revision, pods] of this.#needs)
          cluster.need(namespace, revision, Math.ceil(pods * share));
      }
    }
  }

  async #probe({ address, host }: Parameters<ProbePort['probe']>[0]) {
    const [colour, region] = address.replace(':80', '').split('.') as [Colour, string];
    const services = [...this.cluster(region, colour).objects.values()].filter(isReady);
    const known = services.some(
      ({ metadata, status }) => metadata.name === host || JSON.stringify(status).includes(`"http://${host}"`),
    );
    const ok = known && !this.mute.has(`${region}/${colour}`);
    return { url: `http://${host}/`, ok, status: ok ? 200 : 503, latency: 5 };
  }
}

const isReady = ({ kind, status }: KubeObject): boolean =>
  (kind === 'Service' || kind === 'DomainMapping') && status?.conditions?.[0]?.status === 'True';

/** Fleets by what they are made of: they are frozen, and to check one costs more than a world. */
const fleets = new Map<string, Fleet>();

function fleetOf(input: Partial<FleetInput>): Fleet {
  const key = JSON.stringify(input);
  const fleet = fleets.get(key) ?? exampleFleet(input);
  fleets.set(key, fleet);
  return fleet;
}

/** Pods that each revision needs for all of the traffic. */
const needs: readonly (readonly [namespace: string, revision: string, pods: number])[] = [
  ['shop', 'cart-00001', 4],
  ['shop', 'catalog-v1', 3],
  ['shop', 'catalog-v2', 1],
];

function locatorOf(fleet: Fleet, regions: readonly string[]): Locator {
  const place = (region: string, colour: Colour) => ({
    cluster: { name: `${fleet.name}-${colour}` },
    entrance: {
      arn: `arn:aws:elasticloadbalancing:${region}:111122223333:loadbalancer/net/${fleet.name}-${colour}/50dc6c495c0c9188`,
      addresses: { '80': `${colour}.${region}:80` },
    },
  });
  const accelerator = 'arn:aws:globalaccelerator::111122223333:accelerator/1234abcd';
  return {
    apiVersion: 'zeroshift/v1',
    kind: 'Locator',
    fleet: fleet.name,
    accelerator: { arn: accelerator, listenerArn: `${accelerator}/listener/1`, addresses: {} },
    regions: regions.map((region, index) => ({
      region,
      endpointGroupArn: `${accelerator}/listener/1/endpoint-group/${index}`,
      colours: { blue: place(region, 'blue'), green: place(region, 'green') },
    })),
  };
}
