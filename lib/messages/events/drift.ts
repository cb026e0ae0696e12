import {
  type DriftData,
  type DriftSums,
  driftText,
  type LeftData,
  leftText,
  objectText,
  type PlacedObject,
  sumsText,
} from '../drift-texts.ts';
import { event } from './definition.ts';

/** What is said of a colour whose cluster stands apart from its definition. */
export const driftEvents = {
  'diff.comparing': event<{ colour: string; region: string; cluster: string; objects: number }>(
    'a colour is being compared with its cluster',
    ({ colour, region, cluster, objects }) =>
      `comparing ${objects} objects of ${colour} in ${region} with the cluster ${cluster}`,
  ),
  'diff.progress': event<{ colour: string; region: string; compared: number; of: number }>(
    'how far a long comparison is',
    ({ compared, of, colour, region }) => `${compared} of ${of} objects of ${colour} in ${region} compared`,
  ),
  'diff.object': event<DriftData>(
    'applying an object now would change the cluster, or fail',
    driftText,
    'warn',
  ),
  'diff.same': event<PlacedObject & { component: string }>(
    'an object on the cluster is as defined (only with --json)',
    (data) => `${objectText(data)} is as defined`,
    'info',
    true,
  ),
  'diff.left': event<LeftData>(
    'an object on the cluster was made for the fleet and is not in its definition any more',
    leftText,
    'warn',
  ),
  'diff.unlisted': event<{ colour: string; region: string; kind: string; why: string }>(
    'objects of a kind could not be listed, so what left the definition is not known for sure',
    ({ kind, why, colour, region }) => `${kind} of ${colour} in ${region} not looked through: ${why}`,
    'warn',
  ),
  'diff.finished': event<DriftSums>('a colour was compared with its cluster', sumsText),
  'prune.nothing': event<{ colour: string; regions: readonly string[] }>(
    'nothing on the clusters of a colour left the definition',
    ({ colour, regions }) => `nothing of ${colour} in ${regions.join(', ')} left the definition`,
    'good',
  ),
  'prune.pending': event<{ colour: string; objects: number; next: string }>(
    'objects that left the definition are still there: nobody asked for their deletion, or they were kept',
    ({ objects, next }) => `${objects} ${objects === 1 ? 'object' : 'objects'} still there; ${next}`,
    'warn',
  ),
  'prune.watching': event<{ colour: string; seconds: number }>(
    'the gateways of a colour are watched for requests before something is deleted',
    ({ colour, seconds }) => `watching for ${seconds} s whether ${colour} gets requests`,
  ),
  'prune.deleted': event<PlacedObject>(
    'an object that left the definition was deleted',
    (data) => `${objectText(data)} deleted`,
    'good',
  ),
  'prune.kept': event<PlacedObject & { why: string }>(
    'an object that left the definition was not deleted',
    (data) => `${objectText(data)} kept: ${data.why}`,
    'warn',
  ),
} as const;
