import { activatorCount } from './activators.ts';
import { type Activity, type ActivityState, nextActivity } from './activity.ts';
import { type AverageWindow, LinearWindow, WeightedWindow } from './averages.ts';
import { initialExcessBurstCapacity, type ServingMode, servingMode } from './burst-capacity.ts';
import { type AutoscalerState, decide, startingState } from './decide.ts';
import { scale } from './scale-to-zero.ts';
import type { AutoscalerSettings } from './settings.ts';

/** What a tick comes to. */
export interface Tick {
  /** Pods to ask for now. */
  readonly replicas: number;
  /** Pods wished within their bounds; −1 as long as nothing was measured. */
  readonly desired: number;
  /** Whether there was a measurement; without one the last decision goes on. */
  readonly measured: boolean;
  readonly excessBurstCapacity: number;
  readonly inPanic: boolean;
  /** Whether requests go straight to the pods or through the activator; while no pod is ready, always the latter. */
  readonly mode: ServingMode;
  readonly activators: number;
  readonly activity: Activity;
}

/** The autoscaler of one revision, with all that it remembers. Time comes in seconds, from whoever calls. */
export interface Autoscaler {
  /**
   * Adds a measurement of about a second, such as the sum over the pods or an activator's share.
   * @param concurrency requests under way on average, without those that are counted elsewhere
   * @param requestsPerSecond likewise
   */
  record(nowSeconds: number, concurrency: number, requestsPerSecond: number): void;
  /** Decides. To be called every `tickSeconds`, and at once when a request waits and there are no pods. */
  tick(nowSeconds: number, readyPods: number): Tick;
  /** From now on other settings, such as a higher floor. The scale-down delay keeps the length it began with. */
  update(settings: AutoscalerSettings, nowSeconds: number): void;
}

/**
 * @param readyPods 0 for a new revision, which starts with its initial scale; else as it was found running
 */
export function createAutoscaler(
  settings: AutoscalerSettings,
  readyPods: number,
  nowSeconds: number,
): Autoscaler {
  return new RevisionAutoscaler(settings, readyPods, nowSeconds);
}

class RevisionAutoscaler implements Autoscaler {
  #settings: AutoscalerSettings;
  #state: AutoscalerState;
  readonly #concurrency: WindowPair;
  readonly #requests: WindowPair;
  #wish = -1;
  #excessBurst: number;
  #replicas: number;
  #activity: ActivityState;
  #activitySince: number;
  #mode: ServingMode = 'proxy';
  #proxySince: number;

  constructor(settings: AutoscalerSettings, readyPods: number, nowSeconds: number) {
    this.#settings = settings;
    this.#state = startingState(settings, readyPods, nowSeconds);
    this.#concurrency = new WindowPair(settings);
    this.#requests = new WindowPair(settings);
    this.#excessBurst = initialExcessBurstCapacity(settings);
    this.#replicas = readyPods > 0 ? readyPods : settings.initialScale;
    this.#activity = { activity: readyPods > 0 ? 'active' : 'activating', initialised: readyPods > 0 };
    this.#activitySince = nowSeconds;
    this.#proxySince = nowSeconds;
  }

  record(nowSeconds: number, concurrency: number, requestsPerSecond: number): void {
    this.#concurrency.record(nowSeconds, concurrency);
    this.#requests.record(nowSeconds, requestsPerSecond);
  }

  tick(nowSeconds: number, readyPods: number): Tick {
    const settings = this.#settings;
    const measured = this.#decide(nowSeconds, readyPods);
    const { wish, applies } = scale(
      settings,
      {
        activity: this.#activity.activity,
        initialised: this.#activity.initialised,
        activitySeconds: nowSeconds - this.#activitySince,
        replicas: this.#replicas,
        mode: this.#mode,
        proxySeconds: this.#mode === 'proxy' ? nowSeconds - this.#proxySince : 0,
        isBehindActivator: () => this.#mode === 'proxy',
      },
      this.#wish,
    );
    if (applies) this.#replicas = wish;
    this.#move(servingMode(wish, this.#excessBurst), wish, readyPods, nowSeconds);
    return {
      replicas: this.#replicas,
      desired: wish,
      measured,
      excessBurstCapacity: this.#excessBurst,
      inPanic: this.#state.panicSince !== undefined,
      mode: this.#mode,
      activators: activatorCount(settings, readyPods),
      activity: this.#activity.activity,
    };
  }

  /** The raw decision, if there is anything to decide on. */
  #decide(nowSeconds: number, readyPods: number): boolean {
    const settings = this.#settings;
    const windows = settings.scalingMetric === 'rps' ? this.#requests : this.#concurrency;
    // Always behind the activator, silence means no load; else it means that nothing is known.
    if (windows.stable.isEmpty(nowSeconds) && settings.targetBurstCapacity !== -1) return false;
    const decision = decide(settings, this.#state, {
      nowSeconds,
      readyPods,
      stableValue: windows.stable.average(nowSeconds),
      panicValue: windows.panic.average(nowSeconds),
    });
    this.#wish = decision.wish;
    this.#excessBurst = decision.excessBurstCapacity;
    this.#state = decision.state;
    return true;
  }

  #move(mode: ServingMode, wish: number, readyPods: number, nowSeconds: number): void {
    if (mode === 'proxy' && this.#mode === 'serve') this.#proxySince = nowSeconds;
    this.#mode = mode;
    const activity = nextActivity(this.#settings, this.#activity, wish, readyPods);
    if (activity.activity !== this.#activity.activity) this.#activitySince = nowSeconds;
    this.#activity = activity;
  }

  update(settings: AutoscalerSettings, nowSeconds: number): void {
    this.#settings = settings;
    this.#concurrency.resize(settings, nowSeconds);
    this.#requests.resize(settings, nowSeconds);
  }
}

/** One metric over both windows. */
class WindowPair {
  readonly stable: AverageWindow;
  readonly panic: AverageWindow;

  constructor(settings: AutoscalerSettings) {
    const Window = settings.aggregation === 'linear' ? LinearWindow : WeightedWindow;
    this.stable = new Window(settings.stableWindowSeconds);
    this.panic = new Window(settings.panicWindowSeconds);
  }

  record(nowSeconds: number, value: number): void {
    this.stable.record(nowSeconds, value);
    this.panic.record(nowSeconds, value);
  }

  resize(settings: AutoscalerSettings, nowSeconds: number): void {
    this.stable.resize(settings.stableWindowSeconds, nowSeconds);
    this.panic.resize(settings.panicWindowSeconds, nowSeconds);
  }
}
