import { event } from './definition.ts';

/** What is said of what people, and their tools, do to a cutover, and of what is kept equal meanwhile. */
export const handsOnEvents = {
  'cutover.following': event<{ region: string; from: string; to: string }>(
    'from now on what changes on the source comes to the target',
    ({ region, from, to }) => `${to} in ${region} follows ${from} from now on`,
  ),
  'cutover.not-following': event<{ region: string; from: string; to: string }>(
    'nothing keeps the target equal to the source',
    ({ region, from, to }) =>
      `${to} in ${region} does not follow ${from}: changes from now on do not come over`,
    'warn',
  ),
  'cutover.level': event<{ region: string; from: string; to: string; written: number }>(
    'the target has what the source has',
    ({ region, from, to, written }) =>
      `${to} in ${region} has what ${from} has (${written} objects written since it follows)`,
  ),
  'cutover.follow-ended': event<{
    region: string;
    /** Whether the target has everything, but for what is open. */
    complete: boolean;
    behind: readonly string[];
    open: readonly string[];
    written: number;
  }>(
    'what changes on the source does not come to the target any more',
    ({ region, complete, behind, open, written }) =>
      `following in ${region} ended: ${written} objects written${complete ? '' : `, not there yet: ${behind.join(', ')}`}${open.length === 0 ? '' : `, for a person: ${open.join('; ')}`}`,
  ),
  'cutover.hooks': event<{
    step: string;
    when: string;
    calls: readonly { name: string; ok: boolean; text: string; ms: number }[];
  }>('the hooks of a step were called', ({ step, when, calls }) =>
    calls
      .map(
        ({ name, ok, text, ms }) => `hook ${name} ${when} ${step}: ${ok ? 'yes' : 'no'}, ${text} (${ms} ms)`,
      )
      .join('\n'),
  ),
  'cutover.paused': event<{ by: string; next: string }>(
    'no step goes on until somebody says so; what has traffic is watched',
    ({ by, next }) => `paused by ${by}; to go on: ${next}`,
    'warn',
  ),
  'cutover.unpaused': event<{ by: string }>('a pause is over', ({ by }) => `${by} lets it go on`),
  'cutover.promoted': event<{ step: string; by: string }>(
    'the rest of a bake is not waited for',
    ({ step, by }) => `${by} cuts ${step} short: it goes on as soon as its gates pass`,
  ),
  'cutover.approval-awaited': event<{ step: string; next: string }>(
    'a step waits until somebody approves it; what has traffic is watched',
    ({ step, next }) => `${step} waits for an approval: ${next}`,
    'warn',
  ),
  'cutover.approved': event<{ step: string; by: string }>(
    'somebody approved a step',
    ({ step, by }) => `${step} is approved by ${by}`,
  ),
  'cutover.command-refused': event<{ command: string; why: string; by: string }>(
    'a command from elsewhere could not be followed',
    ({ command, why, by }) => `${command} of ${by} is not followed: ${why}`,
    'warn',
  ),
  'cutover.change-accepted': event<{ how: string; by: string; regions: readonly string[] }>(
    'somebody decided what becomes of a foreign change',
    ({ how, by, regions }) =>
      how === 'adopted'
        ? `${by} adopts what somebody else changed in ${regions.join(', ')}: a rollback goes back to it`
        : `${by} goes on over what somebody else changed in ${regions.join(', ')}`,
    'warn',
  ),
  'cutover.mended': event<{ region: string }>(
    'the share was given again after a foreign change',
    ({ region }) => `the share is given again in ${region}`,
  ),
  'command.given': event<{
    plan: string;
    command: string;
    step: string | null;
    atWork: boolean;
    next: string | null;
  }>(
    'a command for a cutover was taken',
    ({ plan, command, step, atWork, next }) =>
      `${command}${step === null ? '' : ` ${step}`}: ${atWork ? 'taken by the process at work' : `written into the journal of ${plan}; no process is at work on it`}${next === null ? '' : `\n  to go on: ${next}`}`,
  ),
  'history.cutovers': event<{
    fleet: string;
    cutovers: readonly {
      plan: string;
      from: string;
      to: string;
      outcome: string;
      startedAt: string | null;
      endedAt: string | null;
      by: string | null;
      why: string | null;
    }[];
  }>('the cutovers of a fleet, the newest first', ({ fleet, cutovers }) =>
    cutovers.length === 0
      ? `fleet ${fleet} has no cutover yet; make a plan with \`zeroshift plan\``
      : [
          `${cutovers.length} ${cutovers.length === 1 ? 'cutover' : 'cutovers'} of fleet ${fleet}:`,
          ...cutovers.map(
            ({ plan, outcome, startedAt, by, why }) =>
              `  ${plan}: ${outcome}${startedAt === null ? '' : `, begun ${startedAt}`}${by === null ? '' : ` by ${by}`}${why === null ? '' : ` (${why})`}`,
          ),
        ].join('\n'),
  ),
  'history.damaged': event<{ plan: string; why: string; code: string }>(
    'the plan or the journal of a cutover cannot be read',
    ({ plan, why, code }) => `${plan} cannot be read: ${why} [${code}]`,
    'error',
  ),
  'runbook.made': event<{ plan: string; markdown: string }>(
    'a plan as a document to be followed by hand (only with --json)',
    ({ plan }) => `runbook of ${plan}`,
  ),
  'plan.shown': event<{ plan: { readonly id: string; readonly digest: string } }>(
    'a plan, as its file holds it (only with --json)',
    ({ plan }) => `plan ${plan.id} (${plan.digest.slice(0, 19)}…)`,
  ),
  'report.made': event<{ report: { readonly plan: string; readonly outcome: string } }>(
    'what happened in a cutover (only with --json)',
    ({ report }) => `report of ${report.plan}: ${report.outcome}`,
  ),
  'plan.facts': event<{ plan: string; hold: boolean | null; why: string | null }>(
    'whether what a plan rests on is still so',
    ({ hold, why }) =>
      hold === null
        ? `whether its facts still hold cannot be told: ${why}`
        : hold
          ? 'its facts still hold'
          : `it is stale: ${why}`,
  ),
} as const;
