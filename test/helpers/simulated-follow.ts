import type { FollowReading } from '../../lib/cutover/commands.ts';
import type { FollowPort, FollowRegion } from '../../lib/cutover/ports.ts';

/** Follows for one life of a process: what is behind is the world's. */
export class SimulatedFollow implements FollowPort {
  readonly #on = new Set<string>();

  constructor(readonly behind: Map<string, Partial<FollowReading>>) {}

  async begin({ region }: FollowRegion): Promise<boolean> {
    this.#on.add(region);
    return true;
  }

  async status(region: string): Promise<FollowReading | undefined> {
    if (!this.#on.has(region)) return undefined;
    const there = this.behind.get(region) ?? {};
    return { begun: true, level: true, lagMs: 0, behind: [], open: [], written: 0, ...there };
  }

  async end(region: string): Promise<FollowReading | undefined> {
    const last = await this.status(region);
    this.#on.delete(region);
    return last;
  }

  async endAll(): Promise<void> {
    this.#on.clear();
  }
}
