import { lagText } from '../../messages/events/follow.ts';
import type { SaidEvent } from '../../messages/index.ts';

/** What a live view shows; built from events alone. */
export interface View {
  readonly title: string;
  readonly steps: readonly string[];
  /** Index of the step that is under way; -1 before the first. */
  readonly step: number;
  readonly mode: 'starting' | 'forward' | 'back' | 'held' | 'ended';
  readonly outcome: string;
  readonly weights: Readonly<Record<'blue' | 'green', number>> | undefined;
  readonly second: Extract<SaidEvent, { event: 'rehearsal.second' }> | undefined;
  readonly sent: number;
  readonly lost: number;
  readonly waiting: string;
  /** Milliseconds since the epoch. */
  readonly since: number;
}

export const emptyView = (since: number): View => ({
  title: 'zeroshift',
  steps: [],
  step: -1,
  mode: 'starting',
  outcome: '',
  weights: undefined,
  second: undefined,
  sent: 0,
  lost: 0,
  waiting: '',
  since,
});

/** The view after one more event. */
export function viewAfter(view: View, said: SaidEvent): View {
  switch (said.event) {
    case 'rehearsal.starting':
      return { ...view, title: 'rehearsal' };
    case 'plan.made':
      return { ...view, steps: said.steps };
    case 'cutover.started':
      return { ...view, title: `${said.from} → ${said.to}`, steps: said.steps, mode: 'forward' };
    case 'cutover.resumed':
      return {
        ...view,
        title: `${said.from} → ${said.to}`,
        steps: said.steps,
        step: said.index - 1,
        mode: 'forward',
      };
    case 'cutover.step':
      return { ...view, step: said.index - 1, mode: 'forward', waiting: '' };
    case 'cutover.weights': {
      const { blue, green } = said.weights;
      return blue === undefined || green === undefined ? view : { ...view, weights: { blue, green } };
    }
    case 'cutover.deployed':
      return { ...view, waiting: '' };
    case 'cutover.waiting':
      return { ...view, waiting: said.reason };
    case 'cutover.rolling-back':
      return { ...view, mode: 'back', waiting: '' };
    case 'cutover.held':
      return { ...view, mode: 'held', waiting: '' };
    case 'cutover.ended':
      return {
        ...view,
        mode: 'ended',
        outcome: said.outcome,
        waiting: '',
        step: said.outcome === 'rolled-back' ? view.step : view.steps.length,
      };
    case 'migrate.started':
      return { ...view, title: `${said.from} → ${said.to}`, mode: 'forward', waiting: said.region };
    case 'migrate.progress':
      return { ...view, waiting: `${said.done} of ${said.of} objects in ${said.region}` };
    case 'migrate.waiting':
      return { ...view, waiting: `${said.ready} of ${said.of} services ready in ${said.region}` };
    case 'migrate.finished':
      return { ...view, waiting: '' };
    case 'follow.started':
      return { ...view, title: `${said.from} → ${said.to}`, mode: 'forward' };
    case 'follow.lag':
      return { ...view, waiting: lagText(said) };
    case 'rehearsal.second':
      return { ...view, second: said, sent: said.totals.sent, lost: said.totals.lost };
    default:
      return view;
  }
}
