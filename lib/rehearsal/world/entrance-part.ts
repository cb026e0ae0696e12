import type { Colour } from '../../fleet/colour.ts';
import { type EntranceTarget, startEntrance } from '../entrance/index.ts';
import { startLoadBalancerApi } from '../load-balancer/index.ts';
import type { Part } from './serve-part.ts';

/** What an entrance is started with; plain, so that it can be sent to a thread. All times in milliseconds. */
export interface EntrancePartProps {
  readonly colour: Colour;
  /** Of the NLB that it stands for. */
  readonly arn: string;
  readonly ports: readonly number[];
  readonly healthCheckMs: number;
}

export interface EntranceInfo {
  readonly addresses: Readonly<Record<string, string>>;
  readonly healthUrl: string;
  /** URL that answers for Elastic Load Balancing. */
  readonly controlPlane: string;
}

/** Told to an entrance's part: all of its targets from now on. */
export interface TargetsMessage {
  readonly targets: readonly EntranceTarget[];
}

/** As an NLB has it by default. */
const flowIdleMs = 350_000;
const connectTimeoutMs = 5000;

export async function entrancePart({ arn, ports, healthCheckMs }: EntrancePartProps): Promise<Part> {
  const entrance = await startEntrance({ ports, healthCheckMs, flowIdleMs, connectTimeoutMs });
  const api = await startLoadBalancerApi({ arn, entrance });
  const { addresses, healthUrl } = entrance;
  const info: EntranceInfo = { addresses, healthUrl, controlPlane: api.url };
  return {
    info,
    hear: (message) => void entrance.setTargets((message as TargetsMessage).targets),
    close: async () => void (await Promise.all([api.close(), entrance.close()])),
  };
}
