import { event } from './definition.ts';

/** What is said of a fleet as it is now. */
export const statusEvents = {
  'status.fleet': event<{
    fleet: string;
    live: string | null;
    regions: readonly {
      region: string;
      blue: number;
      green: number;
      deployment: string;
      health: Readonly<Record<string, string>>;
    }[];
  }>('the weights as they are now', ({ fleet, live, regions }) =>
    [
      live === null
        ? `fleet ${fleet}: both colours carry the same weight`
        : `fleet ${fleet}: ${live} is live`,
      ...regions.map(
        ({ region, blue, green, deployment, health }) =>
          `  ${region}: blue ${blue} (${health.blue ?? '?'}), green ${green} (${health.green ?? '?'}), ${deployment}`,
      ),
    ].join('\n'),
  ),
  'status.cutover': event<{
    plan: string;
    status: string;
    step: string | null;
    held: string | null;
    next: string | null;
    lease: string | null;
    /** Who paused it. @default - nobody */
    paused?: string;
    /** The step that waits for an approval. @default - none */
    awaiting?: string;
    /** The bake of this step was cut short. @default false */
    promoted?: boolean;
    /** How far the target is behind, by region, as it was seen last. @default - it was not looked at */
    following?: readonly { region: string; level: boolean; lagSeconds: number; open: readonly string[] }[];
    /** What may run on one colour only. @default - the plan has nothing of the kind */
    singletons?: readonly {
      region: string;
      names: readonly string[];
      /** A colour, or null while they are handed from one to the other. */
      on: string | null;
    }[];
  }>(
    'the last cutover as its journal tells it',
    ({
      plan,
      status,
      step,
      held,
      next,
      lease,
      paused,
      awaiting,
      promoted,
      following = [],
      singletons = [],
    }) =>
      [
        `cutover ${plan}: ${status}${step === null ? '' : `, in ${step}`}${held === null ? '' : `, held: ${held}`}`,
        ...(paused === undefined ? [] : [`  paused by ${paused}`]),
        ...(awaiting === undefined ? [] : [`  ${awaiting} waits for an approval`]),
        ...(promoted === true ? ['  its bake is cut short'] : []),
        ...following.map(
          ({ region, level, lagSeconds, open }) =>
            `  follows in ${region}: ${level ? 'level' : `${lagSeconds} s behind`}${open.length === 0 ? '' : `, for a person: ${open.join('; ')}`}`,
        ),
        ...singletons.map(
          ({ region, names, on }) =>
            `  ${names.join(', ')} in ${region}: ${on === null ? 'between the colours' : `on ${on}`}`,
        ),
        ...(lease === null ? [] : [`  the lease is held by ${lease}`]),
        ...(next === null ? [] : [`  next: ${next}`]),
      ].join('\n'),
  ),
  'status.none': event<{ fleet: string }>(
    'there is no cutover yet',
    () => 'there is no cutover yet; make a plan with `zeroshift plan`',
  ),
} as const;
