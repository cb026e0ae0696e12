import type { KubeObject } from '../../lib/clusters/index.ts';
import type { JournalRecord } from '../../lib/cutover/index.ts';
import { type Colour, colours } from '../../lib/fleet/index.ts';
import type { RehearsedWorld } from '../helpers/rehearsed-world.ts';
import { sightText } from './moments.ts';
import type { Kill, Played } from './play.ts';
import type { Written } from './request-log.ts';

/** What of both colours must be as it was, however often a process was killed. */
export interface Shape {
  /** How often the gateways of a colour were given another template. */
  readonly templates: Readonly<Record<Colour, number>>;
  /** `blue shop/cart-00001` → its least number of pods. */
  readonly floors: Readonly<Record<string, string>>;
}

const minScale = 'autoscaling.knative.dev/min-scale';

export async function shapeOf({ region }: RehearsedWorld): Promise<Shape> {
  const templates: Record<Colour, number> = { blue: 0, green: 0 };
  const floors: Record<string, string> = {};
  for (const colour of colours) {
    const { cluster } = region[colour];
    const gateways = await cluster.get({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      namespace: 'kourier-system',
      name: '3scale-kourier-gateway',
    });
    templates[colour] = gateways?.metadata.generation ?? 0;
    for await (const revision of cluster.list({ apiVersion: 'serving.knative.dev/v1', kind: 'Revision' }))
      floors[`${colour} ${nameOf(revision)}`] = revision.metadata.annotations?.[minScale] ?? 'none';
  }
  return { templates, floors };
}

const nameOf = ({ metadata }: KubeObject): string => `${metadata.namespace}/${metadata.name}`;

export interface Accounts {
  readonly kills: readonly Kill[];
  readonly played: readonly Played[];
  readonly written: readonly Written[];
  readonly before: Shape;
  readonly after: Shape;
  readonly lost: number;
}

/** Milliseconds within which somebody acts again once the lease is free, on a machine that has time. */
const soon = 2_000;
/** Milliseconds that an empty program takes on such a machine. */
const usualStart = 100;

/** The limit for a kill: a machine that is busy with other things is so for the process that goes on, too. */
export const limitOf = ({ emptyProgram = usualStart }: Kill): number =>
  Math.round(soon * Math.max(1, emptyProgram / usualStart));

/** What is not as it must be, as sentences; none is what is wanted. */
export function violationsOf({ kills, played, written, before, after, lost }: Accounts): string[] {
  const found: string[] = [];
  if (lost > 0) found.push(`${lost} requests were lost`);
  for (const { at, weights } of written.filter(({ again }) => again))
    found.push(`weights that were there were written again at ${at}: ${JSON.stringify(weights)}`);
  const asked = played.flatMap(({ records }) => writesOf(records));
  if (asked.length !== written.length)
    found.push(
      `the journals ask for ${asked.length} writes of weights, the accelerator was sent ${written.length}`,
    );
  asked.forEach((weights, index) => {
    const sent = written[index]?.weights ?? {};
    if (Object.entries(weights).some(([id, weight]) => sent[id] !== weight))
      found.push(
        `write ${index + 1} is ${JSON.stringify(sent)}, the journal says ${JSON.stringify(weights)}`,
      );
  });
  for (const colour of colours) {
    const marks = new Set(played.flatMap(({ plan, records }) => marksOf(plan, colour, records))).size;
    const restarts = after.templates[colour] - before.templates[colour];
    if (restarts !== marks)
      found.push(`${colour}'s gateways were restarted ${restarts} times for ${marks} drains`);
  }
  for (const [revision, floor] of Object.entries(after.floors)) {
    const [, name = ''] = revision.split(' ');
    const was = before.floors[`blue ${name}`];
    if (was === undefined) found.push(`${revision} is one that no cutover should have made`);
    else if (was !== floor) found.push(`${revision} has a floor of ${floor}, and had ${was}`);
  }
  for (const { plan, course, status, records } of played) {
    if (status !== (course === 'back' || failed(records) ? 'rolled-back' : 'finalized'))
      found.push(`${plan} is ${status}`);
    if (records.some(({ token }, index) => token < (records[index - 1]?.token ?? 0)))
      found.push(`${plan} has an older token after a newer one`);
  }
  for (const kill of kills)
    if (kill.resumedAfter !== undefined && kill.resumedAfter > limitOf(kill))
      found.push(
        `after ${sightText(kill)} nobody acted for ${kill.resumedAfter} ms, while an empty program took ${kill.emptyProgram} ms`,
      );
  return found;
}

/** A gate can fail on a machine that is too busy for the times of a test: then it is right to go back. */
const failed = (records: readonly JournalRecord[]): boolean =>
  records.some(({ event }) => event.type === 'rollback-begun' && event.reason.cause === 'gate');

/** The writes that a journal asks for: what is issued again after a crash is the same one. */
function writesOf(records: readonly JournalRecord[]): Readonly<Record<string, number>>[] {
  const writes: Readonly<Record<string, number>>[] = [];
  let last = '';
  for (const { event } of records) {
    if (event.type !== 'issued' || event.command.kind !== 'set-weights') continue;
    const { weights } = event.command;
    const text = JSON.stringify(Object.entries(weights).sort());
    if (text !== last) writes.push(weights);
    last = text;
  }
  return writes;
}

const marksOf = (plan: string, colour: Colour, records: readonly JournalRecord[]): string[] =>
  records.flatMap(({ event }) =>
    event.type === 'issued' && event.command.kind === 'drain' && event.command.colour === colour
      ? [`${plan} ${event.command.mark}`]
      : [],
  );
