import { spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { findNewestPlan, type JournalRecord, readJournal, replay } from '../../lib/cutover/index.ts';
import type { Random } from '../../lib/rehearsal/random.ts';
import type { RehearsedWorld, Run, Said } from '../helpers/rehearsed-world.ts';
import { followJournal } from './follow-journal.ts';
import { type Course, type Moment, type Sight, sameSight, sightOf } from './moments.ts';

/** A process that was killed, and the one that went on. */
export interface Kill extends Moment {
  readonly plan: string;
  /** Milliseconds from the end of the killed process, which gives the lease free, to the next one's first record. */
  resumedAfter?: number;
  /** Milliseconds that an empty program took which was started at the same time: how busy the machine was. */
  emptyProgram?: number;
}

/** A cutover that was played to its end. */
export interface Played {
  readonly plan: string;
  readonly course: Course;
  readonly status: string;
  /** What it held for meanwhile, before it was resumed: a machine can be too busy for the times of a test. */
  readonly holds: readonly string[];
  readonly records: readonly JournalRecord[];
}

export interface Stage {
  readonly shop: RehearsedWorld;
  readonly random: Random;
  readonly kills: Kill[];
  /** Told by the accelerator of each write, in the same turn. */
  onWritten: () => void;
}

/** More would be more than a busy machine. */
const mostHolds = 3;
/** Milliseconds that a cutover may take to its end, with everything that is done to it. */
const patience = 300_000;

/** Plays one cutover to its end, killing the process at work at each of the moments that comes. */
export async function playCutover(stage: Stage, course: Course, moments: readonly Moment[]): Promise<Played> {
  const { shop } = stage;
  const planned = await shop.start(['plan']).ended;
  if (planned.exit !== 0) throw new Error(`no plan was made: ${planned.text}`);
  const found = await findNewestPlan(shop.state, shop.fleet.name);
  if (found === undefined) throw new Error('there is no plan');
  const { plan, files } = found;
  const scene = new Scene(stage, plan.id, course, moments);
  const following = followJournal(files.journal, (record) => scene.see(record));
  const until = Date.now() + patience;
  const holds: string[] = [];
  try {
    for (;;) {
      const records = await readJournal(files.journal);
      const { status } = replay(plan, records);
      if (status === 'finalized' || status === 'rolled-back')
        return { plan: plan.id, course, status, holds, records };
      if (Date.now() > until) throw new Error(`${plan.id} is ${status} after ${patience / 1000} s`);
      const { exit, said } = await scene.run(verbFor(status, records));
      // A source that is not empty yet cannot be finalized: that is told by an exit code of its own.
      if (exit === 4 && /final|completed/.test(status)) await delay(300);
      else if (said.at(-1)?.event === 'cutover.held' && holds.length < mostHolds)
        holds.push(`${String(said.at(-1)?.code)}: ${String(said.at(-1)?.text)}`);
      else if (exit !== null && exit !== 0 && exit !== 5)
        throw new Error(`${plan.id}: exit code ${exit}: ${JSON.stringify(said.at(-1))}`);
    }
  } finally {
    following.stop();
  }
}

function verbFor(status: string, records: readonly JournalRecord[]): string[] {
  if (records.length === 0) return ['cutover'];
  if (status === 'completed' || status === 'finalizing') return ['finalize'];
  return status === 'rolling-back' ? ['rollback'] : ['cutover', '--resume'];
}

/** One cutover: what is seen of it, and the process that is killed over it. */
class Scene {
  private phase = '';
  private token = 0;
  private current: Run | undefined;
  private asked: Promise<unknown> | undefined;
  private waiting: Moment[];
  /** The run whose end has been decided. */
  private doomed: Run | undefined;
  /** When the process before was gone. @default - it ended by itself */
  private freeAt: number | undefined;

  constructor(
    private readonly stage: Stage,
    private readonly plan: string,
    private readonly course: Course,
    moments: readonly Moment[],
  ) {
    this.waiting = [...moments];
    stage.onWritten = () => this.meet({ phase: this.phase, what: 'written' });
  }

  async run(verb: readonly string[]): Promise<{ exit: number | null; said: readonly Said[] }> {
    const run = this.stage.shop.start(verb);
    this.current = run;
    const last = this.stage.kills.at(-1);
    if (this.freeAt !== undefined && last !== undefined) measure(last);
    this.meet({ phase: '', what: 'starting' });
    const ended = await run.ended;
    this.current = undefined;
    if (ended.exit === null) this.freeAt = Date.now();
    // Who asked for the way back takes it himself where nobody is left.
    await this.asked;
    return ended;
  }

  see(record: JournalRecord): void {
    if (record.token > this.token) {
      this.token = record.token;
      const last = this.stage.kills.at(-1);
      if (this.freeAt !== undefined && last !== undefined) last.resumedAfter = record.at - this.freeAt;
      this.freeAt = undefined;
    }
    const sight = sightOf(record, this.phase);
    this.phase = sight.what === 'started' ? '' : sight.phase;
    if (sight.what === 'resumed') this.meet({ phase: '', what: 'resumed' });
    if (this.course === 'back' && sight.what === 'done sample' && this.asked === undefined) {
      // What did not come until here will not come any more.
      this.waiting = this.waiting.filter(({ phase }) => phase === 'rollback');
      this.asked = this.stage.shop.start(['rollback']).ended;
      return;
    }
    this.meet(sight);
  }

  /** Kills the process at work if this is what was waited for. */
  private meet(sight: Sight): void {
    const index = this.waiting.findIndex((one) => sameSight(one, sight));
    const moment = this.waiting[index];
    const run = this.current;
    if (moment === undefined || run === undefined || run === this.doomed) return;
    this.waiting.splice(0, index + 1);
    this.doomed = run;
    const kill = (): void => {
      const { child } = run;
      if (child.exitCode !== null || child.signalCode !== null || !child.kill('SIGKILL')) return;
      this.stage.kills.push({ ...moment, plan: this.plan });
    };
    if (moment.after === 0) kill();
    else setTimeout(kill, moment.after);
  }
}

/** Starts a program that does nothing beside the one that goes on: both have the same machine. */
function measure(kill: Kill): void {
  const began = performance.now();
  spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' }).once('close', () => {
    kill.emptyProgram = Math.round(performance.now() - began);
  });
}
