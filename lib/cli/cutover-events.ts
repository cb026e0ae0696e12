import {
  type Actor,
  type CutoverPlan,
  type CutoverState,
  type JournalRecord,
  singletonText,
  verdictOf,
} from '../cutover/index.ts';
import type { Say } from '../messages/index.ts';

/** Says what a journal record means to whoever watches the cutover. */
export function sayRecord(
  say: Say,
  plan: CutoverPlan,
  { event, seq }: JournalRecord,
  state: CutoverState,
): void {
  const step = plan.steps[state.step];
  const about = { plan: plan.id, from: plan.from, to: plan.to, steps: plan.steps.map(({ id }) => id) };
  switch (event.type) {
    case 'started':
      say('cutover.started', about);
      return;
    case 'resumed':
      say('cutover.resumed', { ...about, records: seq, step: step?.id ?? null, index: state.step + 1 });
      return;
    case 'step-entered':
      if (step !== undefined)
        say('cutover.step', {
          step: step.id,
          kind: step.kind,
          region: step.region,
          index: state.step + 1,
          of: plan.steps.length,
          ...(step.kind === 'shift' ? { share: step.share } : {}),
        });
      return;
    case 'done':
      sayDone(say, plan, event, state);
      return;
    case 'failed':
      say('cutover.command-failed', { command: event.command, ...event.failure });
      return;
    case 'paused':
      say('cutover.paused', { by: who(event.by), next: '`zeroshift resume`' });
      return;
    case 'unpaused':
      say('cutover.unpaused', { by: who(event.by) });
      return;
    case 'promoted':
    case 'approved':
      say(`cutover.${event.type}`, { step: event.step, by: who(event.by) });
      return;
    case 'approval-awaited':
      say('cutover.approval-awaited', {
        step: event.step,
        next: '`zeroshift approve`, or `zeroshift rollback`',
      });
      return;
    case 'refused':
      say('cutover.command-refused', { command: event.command, why: event.why, by: who(event.by) });
      return;
    case 'adopted':
    case 'overwritten':
      say('cutover.change-accepted', {
        how: event.type,
        by: who(event.by),
        regions: event.groups.map(({ region }) => region),
      });
      return;
    case 'mended':
      say('cutover.mended', { region: event.region });
      return;
    case 'judged':
      say('cutover.gates', { step: event.step, verdict: verdictOf(event.gates), gates: event.gates });
      return;
    case 'rollback-begun': {
      const { cause, text, step: at } = event.reason;
      say('cutover.rolling-back', { cause, text, ...(at === undefined ? {} : { step: at }) });
      return;
    }
    case 'held':
      say('cutover.held', event.reason);
      return;
    case 'ended':
      say('cutover.ended', {
        outcome: event.outcome,
        plan: plan.id,
        ...(event.outcome === 'completed'
          ? {
              next: `${plan.from} keeps its capacity until \`zeroshift finalize\`; \`zeroshift rollback\` goes back`,
            }
          : {}),
      });
      return;
    default:
  }
}

const who = ({ user, host }: Actor): string => `${user} on ${host}`;

/** Whether a share, or the end of the way back, waits for the target to have everything. */
const restsOnIt = (plan: CutoverPlan, { status, step, progress }: CutoverState): boolean =>
  status === 'finalizing' ||
  (plan.steps[step]?.kind === 'shift' && progress.done['set-weights'] === undefined);

function sayDone(
  say: Say,
  plan: CutoverPlan,
  { result, region }: Extract<JournalRecord['event'], { type: 'done' }>,
  state: CutoverState,
): void {
  const { from, to } = plan;
  switch (result.kind) {
    case 'follow':
      say(result.following ? 'cutover.following' : 'cutover.not-following', { region, from, to });
      return;
    case 'follow-status':
      // Looks on which no share rests are in the journal, for `status`.
      if (result.reading?.level === true && restsOnIt(plan, state))
        say('cutover.level', { region, from, to, written: result.reading.written });
      return;
    case 'end-follow':
      if (result.reading !== undefined) {
        const { level: complete, behind, open, written } = result.reading;
        say('cutover.follow-ended', { region, complete, behind, open, written });
      }
      return;
    case 'hook':
      say('cutover.hooks', { step: result.step, when: result.when, calls: result.calls });
      return;
    case 'preflight':
      if (result.checks !== undefined) say('cutover.checked', { region, ...result.checks });
      return;
    case 'hold-nodes':
      say('cutover.nodes-held', { region, pods: result.held.length });
      return;
    case 'free-nodes':
      say('cutover.nodes-freed', { region, pods: result.freed });
      return;
    case 'migrate':
      if (result.waitingFor.length === 0)
        say('cutover.migrated', { region, services: result.services, objects: result.objects });
      return;
    case 'verify':
      if (result.waitingFor.length === 0) say('cutover.verified', { region, services: result.services });
      return;
    case 'set-floors': {
      const floors = state.regions[region]?.floors ?? [];
      if (result.waitingFor.length === 0)
        say('cutover.floors', {
          region,
          floors: floors.length,
          pods: floors.reduce((sum, { pods }) => sum + pods, 0),
        });
      return;
    }
    case 'set-weights': {
      const names = new Map(
        plan.regions.flatMap(({ entrances }) =>
          Object.entries(entrances).map(([colour, id]) => [id, colour]),
        ),
      );
      say('cutover.weights', {
        region,
        weights: Object.fromEntries(result.endpoints.map(({ id, weight }) => [names.get(id) ?? id, weight])),
        direction: state.status === 'rolling-back' ? 'back' : 'forward',
      });
      return;
    }
    case 'deployment-status':
      if (result.status === 'DEPLOYED' && state.progress.done['set-weights'] !== undefined)
        say('cutover.deployed', { region });
      return;
    case 'hand-over':
    case 'hand-back': {
      const singletons = state.regions[region]?.singletons ?? [];
      if (result.waitingFor.length > 0) return;
      if (result.kind === 'hand-over')
        say('cutover.handed-over', { region, colour: plan.to, singletons: singletons.map(singletonText) });
      else
        say('cutover.handed-back', { region, colour: plan.from, singletons: singletons.map(singletonText) });
      return;
    }
    case 'drain':
      if (result.waitingFor.length === 0) say('cutover.drained', { region, colour: result.colour });
      return;
    default:
  }
}
