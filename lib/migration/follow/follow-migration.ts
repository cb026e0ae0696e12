import { Follower, type FollowProps } from './follower.ts';
import type { FollowStatus, FollowSummary } from './news.ts';

/** A following that goes on until it is ended. */
export interface Following {
  /** How far the target is behind, now. */
  status(): FollowStatus;
  /** Resolves when the target has everything that the source has, but for what is open; or when it all ended. */
  level(): Promise<void>;
  /** Ends it: what is being written comes to its end, nothing more is begun. */
  end(): Promise<FollowSummary>;
  /** How it ended. Rejects as `followMigration` does. */
  readonly ended: Promise<FollowSummary>;
}

/**
 * Begins to keep the target equal to the source, as a cutover needs it from its first step to its last. Nothing is ever
 * deleted on the target, and nothing is written that somebody else changed there.
 */
export function startFollowing(props: FollowProps): Following {
  const follower = new Follower(props);
  const ended = follower.run();
  // Whoever ends it hears of a failure; until then it is no unhandled one.
  ended.catch(() => undefined);
  return {
    status: () => follower.status(),
    level: () => follower.level(),
    end: () => {
      follower.stop();
      return ended;
    },
    ended,
  };
}

/**
 * Keeps the target equal to the source until the signal is given, whatever either API server answers meanwhile.
 * @throws ZeroshiftError `cluster.unauthorized`, `cluster.refused` where a cluster cannot be asked at all to begin with
 */
export async function followMigration(
  props: FollowProps & { readonly signal: AbortSignal },
): Promise<FollowSummary> {
  const { signal } = props;
  const following = startFollowing(props);
  const end = (): void => void following.end().catch(() => undefined);
  signal.addEventListener('abort', end, { once: true });
  if (signal.aborted) end();
  try {
    return await following.ended;
  } finally {
    signal.removeEventListener('abort', end);
  }
}
