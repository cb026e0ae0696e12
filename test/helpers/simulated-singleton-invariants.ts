import type { KubeObject } from '../../lib/clusters/cluster-port.ts';
import type { CutoverPlan, PlannedSingleton } from '../../lib/cutover/plan.ts';
import { singletonText } from '../../lib/cutover/singleton-text.ts';
import { type Colour, colours } from '../../lib/fleet/colour.ts';
import { keyOf } from './simulated-objects.ts';
import type { SimulatedWorld } from './simulated-world.ts';

type Spec = KubeObject['spec'];

/** A singleton never runs on both colours, does no run twice, and ends where the traffic ends. */
export class SingletonInvariants {
  /** Singletons that somebody else started or stopped: what they do then is not ours. */
  readonly meddled = new Set<string>();
  readonly #runs = new Map<string, Colour>();
  readonly #before = new Map<string, Spec>();

  constructor(
    private readonly world: SimulatedWorld,
    private readonly plan: CutoverPlan,
    private readonly fail: (text: string) => void,
  ) {
    for (const { region, singletons = [] } of plan.regions)
      for (const colour of colours) {
        for (const one of singletons)
          this.#before.set(
            `${region} ${colour} ${singletonText(one)}`,
            structuredClone(this.#spec(region, colour, one)),
          );
        world.cluster(region, colour).workloads.onStart = ({ workload, due }) => {
          this.check();
          if (due === undefined) return;
          const run = `${region} ${workload} of ${new Date(due).toISOString()}`;
          const other = this.#runs.get(run);
          if (other !== undefined && !this.meddled.has(workload))
            this.fail(`singletons: ${run} ran on ${other} and on ${colour}`);
          this.#runs.set(run, colour);
        };
      }
  }

  check(): void {
    for (const { region, singletons = [] } of this.plan.regions)
      for (const one of singletons) {
        if (this.meddled.has(singletonText(one))) continue;
        const [blue = [], green = []] = colours.map((colour) =>
          this.world.cluster(region, colour).workloads.running(singletonText(one)),
        );
        if (blue.length > 0 && green.length > 0)
          this.fail(
            `singletons: ${singletonText(one)} runs in ${region} as ${blue.join()} and as ${green.join()}`,
          );
      }
  }

  atEnd(status: 'rolled-back' | 'finalized'): void {
    const { from, to } = this.plan;
    for (const { region, singletons = [] } of this.plan.regions)
      for (const one of singletons) {
        if (this.meddled.has(singletonText(one))) continue;
        const [there, away] = status === 'finalized' ? [to, from] : [from, to];
        const [runs, waits] = [this.#value(region, there, one), this.#value(region, away, one)];
        const before = this.#before.get(`${region} ${from} ${singletonText(one)}`);
        if (runs !== specValue(before))
          this.fail(
            `singletons: ${singletonText(one)} is ${runs} on ${there} in ${region}, ${status}, not ${specValue(before)}`,
          );
        if (waits !== 0 && waits !== true)
          this.fail(`singletons: ${singletonText(one)} is ${waits} on ${away} in ${region}, ${status}`);
      }
  }

  #spec(region: string, colour: Colour, one: PlannedSingleton): Spec {
    return this.world.cluster(region, colour).objects.get(keyOf(one))?.spec;
  }

  #value(region: string, colour: Colour, one: PlannedSingleton): unknown {
    return specValue(this.#spec(region, colour, one));
  }
}

const specValue = (spec: Spec): unknown => spec?.suspend ?? spec?.replicas;
