import { seededRandom } from '../../lib/rehearsal/random.ts';
import { startRehearsedWorld } from '../helpers/rehearsed-world.ts';
import { shopFleet } from '../helpers/shop-fleet.ts';
import { shapeOf, violationsOf } from './judge.ts';
import { type Course, Deck } from './moments.ts';
import { type Kill, type Played, playCutover, type Stage } from './play.ts';
import { RequestLog } from './request-log.ts';

export interface KillsProps {
  readonly kills: number;
  readonly seed: number;
  /** Of one cutover; more of them are played until there were enough kills. */
  readonly perCutover: number;
  readonly rate: number;
  /** Told when a cutover has come to its end, with what all of them came to until then. @default - nobody is */
  readonly onPlayed?: (played: Played, kills: readonly Kill[], until: KillsResult) => void;
}

export interface KillsResult {
  readonly kills: readonly Kill[];
  readonly played: readonly Played[];
  /** `UpdateEndpointGroup` as the accelerator was sent it. */
  readonly writes: number;
  readonly requests: number;
  readonly lost: number;
  /** @default - none was lost */
  readonly lastLost?: string;
  readonly violations: readonly string[];
}

/** More cutovers than could ever be needed. */
const mostCutovers = 200;

/**
 * Kills the built command again and again while it moves a rehearsal's traffic to and fro, has another process go on each
 * time, and judges what came of it.
 */
export async function playKills(props: KillsProps): Promise<KillsResult> {
  const random = seededRandom(props.seed);
  const deck = new Deck(random);
  const log = new RequestLog(() => stage?.onWritten());
  let stage: Stage | undefined;
  const shop = await startRehearsedWorld({
    fleet: shopFleet(),
    load: { rate: props.rate, maxRequests: 2_000_000, maxDurationMs: 7_200_000 },
    onOperation: log.hear,
  });
  try {
    const group = shop.world.locator.regions[0]?.endpointGroupArn ?? '';
    log.begin((await shop.ports.traffic.readGroup(group)).endpoints);
    const before = await shapeOf(shop);
    const kills: Kill[] = [];
    const played: Played[] = [];
    stage = { shop, random, kills, onWritten: () => undefined };
    const judged = async (): Promise<KillsResult> => {
      const { totals, lastLost } = shop.load.snapshot();
      const { written } = log;
      const accounts = { kills, played, written, before, after: await shapeOf(shop), lost: totals.lost };
      return {
        kills,
        played,
        writes: written.length,
        requests: totals.scheduled,
        lost: totals.lost,
        ...(lastLost === null
          ? {}
          : { lastLost: `${lastLost.service}: ${lastLost.reason}, ${lastLost.detail}` }),
        violations: violationsOf(accounts),
      };
    };
    while (kills.length < props.kills && played.length < mostCutovers) {
      const course: Course = played.length % 2 === 0 ? 'back' : 'forward';
      const wanted = Math.min(props.perCutover, props.kills - kills.length);
      const from = kills.length;
      played.push(await playCutover(stage, course, deck.deal(course, wanted)));
      const last = played.at(-1);
      if (last !== undefined) props.onPlayed?.(last, kills.slice(from), await judged());
    }
    shop.load.stop();
    await shop.load.finished;
    return await judged();
  } finally {
    await shop.close();
  }
}
