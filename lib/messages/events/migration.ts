import { objectText } from '../drift-texts.ts';
import {
  type FinishedData,
  finishedText,
  type InTheWayData,
  inTheWayText,
  type MadeData,
  type NotMadeData,
  notMadeText,
} from '../migration-texts.ts';
import { event, moving } from './definition.ts';

/** What is said of a migration. */
export const migrationEvents = {
  'migrate.in-the-way': event<InTheWayData>(
    'a migration cannot begin because of an object: it is refused, in conflict, or could not be read',
    inTheWayText,
    'warn',
  ),
  'migrate.started': event<{
    from: string;
    to: string;
    region: string;
    create: number;
    update: number;
    unchanged: number;
  }>(
    'objects of a region are being made on the other colour',
    ({ from, to, region, create, update, unchanged }) =>
      `from ${from} to ${to} in ${region}: ${create} to create, ${update} to update, ${unchanged} unchanged`,
  ),
  'migrate.progress': moving<{ region: string; done: number; of: number; atOnce: number }>(
    'how far a long migration is',
    ({ region, done, of }) => `${done} of ${of} objects in ${region} done`,
  ),
  'migrate.object': event<MadeData>(
    'an object was made, or was as it should be (only with --json)',
    (data) => `${objectText(data)} ${data.outcome}`,
    'info',
    true,
  ),
  'migrate.not-made': event<NotMadeData>(
    'an object is in conflict, failed or was skipped; what needs it is skipped as well',
    notMadeText,
    'warn',
  ),
  'migrate.waiting': moving<{ region: string; ready: number; of: number; first: readonly string[] }>(
    'services are waited for until they are ready',
    ({ region, ready, of, first }) =>
      [
        `${ready} of ${of} services ready in ${region}`,
        ...first.map((service) => `  waiting for ${service}`),
      ].join('\n'),
  ),
  'migrate.not-ready': event<{
    region: string;
    namespace: string;
    name: string;
    why: string;
    /** Whether it is not ready on the source either; then it counts for nothing. */
    onBoth: boolean;
  }>(
    'a service is not ready after the wait',
    ({ namespace, name, why, onBoth }) =>
      `${namespace}/${name} is not ready${onBoth ? ', as on the source' : ''}: ${why}`,
    'warn',
  ),
  'migrate.interrupted': event<{ next: string }>(
    'a migration was asked to stop',
    ({ next }) => `stopped; to go on: ${next}`,
    'warn',
  ),
  'migrate.finished': event<FinishedData>('the migration of a region ended', finishedText),
  'migrate.released': event<{ region: string; released: number; toNobody: boolean }>(
    'what a migration had applied was let go of',
    ({ region, released, toNobody }) =>
      `${released} objects in ${region} let go of${toNobody ? ': the source was not asked whose their fields are' : ''}`,
    'good',
  ),
} as const;
