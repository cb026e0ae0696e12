import {
  counted,
  type KeptData,
  keptText,
  type LeftOutData,
  leftOutText,
  type StayedData,
  type SummaryData,
  stayedText,
  summaryText,
} from '../rehearsal-texts.ts';
import { ending, event } from './definition.ts';

/** What is said of a rehearsal. */
export const rehearsalEvents = {
  'rehearsal.starting': event<{
    directory: string;
    fault: string | null;
    contexts?: Readonly<Record<'blue' | 'green', string>>;
  }>(
    'the parts of a rehearsal are being started',
    ({ directory, fault, contexts }) =>
      `rehearsing a blue/green cutover on ${contexts === undefined ? 'this machine' : `the clusters of ${contexts.blue} and ${contexts.green}`}${fault === null ? '' : `, with the fault ${fault}`}; everything is written to ${directory}`,
  ),
  'rehearsal.left-out': event<LeftOutData>(
    'what the fleet says and a rehearsal leaves out',
    leftOutText,
    'warn',
  ),
  'rehearsal.ready': event<{ services: number; accelerator: string; seconds: number }>(
    'accelerator, clusters and services are up',
    ({ services, accelerator, seconds }) =>
      `accelerator on ${accelerator}, two clusters, ${services} services ready on blue after ${seconds.toFixed(1)} s`,
  ),
  'rehearsal.waiting': event<{
    ready: number;
    of: number;
    waiting: readonly { object: string; why: string }[];
  }>('services become ready, and not all are', ({ ready, of, waiting }) =>
    [
      `${ready} of ${of} are ready on blue; still waiting for`,
      ...waiting.map(({ object, why }) => `  ${object}: ${why}`),
    ].join('\n'),
  ),
  'rehearsal.load': event<{ rate: number; seed: number; targets: number }>(
    'the load began',
    ({ rate, seed, targets }) =>
      `load: ${rate} requests a second on ${targets} addresses, open loop, seed ${seed}`,
  ),
  'rehearsal.fault': event<{ fault: string; text: string }>(
    'a fault was put in',
    ({ text }) => `fault: ${text}`,
    'warn',
  ),
  'rehearsal.second': event<{
    t: number;
    sent: number;
    answered: number;
    lost: number;
    blue: number;
    green: number;
    p50: number | null;
    p99: number | null;
    totals: { sent: number; lost: number };
  }>(
    'one second of the load, and what it came to so far (only with --json)',
    ({ t, sent, lost, blue, green }) =>
      `${t} s: ${sent} requests, blue ${blue}, green ${green}, lost ${lost}`,
    'info',
    true,
  ),
  'rehearsal.ending': event<{ why: string; again: boolean; seconds: number | null }>(
    'the rehearsal ends early; what it made in clusters that exist is being taken away',
    ({ why, again, seconds }) =>
      seconds === null
        ? `${why}: ending`
        : `${why}: taking away what was made (about ${seconds} s${again ? '; again to leave it there' : ''})`,
    'warn',
  ),
  'rehearsal.cleaning': event<{
    cluster: string;
    what: 'leftovers' | 'made';
    left: readonly string[];
    seconds: number;
  }>(
    'what a rehearsal made in a cluster is being taken away',
    ({ cluster, what, left, seconds }) =>
      `${cluster}: taking away what ${what === 'leftovers' ? 'an earlier rehearsal left' : 'the rehearsal made'}, ${counted(left.length, 'object')} still there after ${Math.round(seconds)} s${left.length > 0 && left.length <= 3 ? `: ${left.join(', ')}` : ''}`,
  ),
  'rehearsal.cleaned': event<{
    cluster: string;
    what: 'leftovers' | 'made';
    removed: number;
    left: readonly string[];
    seconds: number;
  }>('what a rehearsal made in a cluster was taken away', ({ cluster, what, removed, left, seconds }) =>
    [
      `${cluster}: took away ${counted(removed, 'object')} that ${what === 'leftovers' ? 'an earlier rehearsal left' : 'the rehearsal made'}, in ${Math.round(seconds)} s`,
      ...left.map((object) => `  still there: ${object}`),
    ].join('\n'),
  ),
  'rehearsal.abandoned': event<{ left: Readonly<Record<string, number>> | null }>(
    'the rehearsal was ended before what it made was taken away',
    ({ left }) =>
      `left there: ${
        left === null
          ? 'everything that was made'
          : Object.entries(left)
              .map(([cluster, objects]) => `at most ${counted(objects, 'object')} on ${cluster}`)
              .join(', ')
      }; the next rehearsal takes it away`,
    'warn',
  ),
  'rehearsal.kept': event<KeptData>('the rehearsal stays up', keptText),
  'rehearsal.stayed': ending<StayedData>(
    'a rehearsal that stayed up ended',
    stayedText,
    ({ lost }) => lost === 0,
  ),
  'rehearsal.finished': ending<SummaryData>(
    'the rehearsal ended; the last event, unless it stays up or takes away what it made',
    summaryText,
    ({ lost, rollback }) => lost === 0 || rollback !== null,
  ),
} as const;
