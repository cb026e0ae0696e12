import type { KubeObject } from '../../clusters/cluster-port.ts';
import { type Fields, fieldsOf } from '../../validation/fields.ts';
import type { RevisionUse } from '../inventory/index.ts';
import { differences } from '../plan/differences.ts';
import { portable } from '../portable.ts';
import { otherImage, pinned, withoutImages } from './digests.ts';
import { initialScale, initialScaleBefore, labels } from './marks.ts';

/** A revision of the source as it is to be on the target, but for its place among the generations there. */
export interface ArrivingRevision {
  readonly source: KubeObject;
  readonly object: KubeObject;
  /** Containers of which no digest is known. */
  readonly unresolved: readonly string[];
  /** Whether it needs no pod: nothing leads to it. */
  readonly isIdle: boolean;
}

export interface RevisionProps {
  /** The Service, or the Configuration alone, that it belongs to. */
  readonly owner: KubeObject;
  readonly revision: KubeObject;
  readonly uses: readonly RevisionUse[];
  /** Whether the target lets revisions begin with no pods. */
  readonly zeroScale: boolean;
  readonly rewrite: (object: KubeObject) => KubeObject;
}

export const isReady = (object: KubeObject): boolean =>
  ((object.status?.conditions ?? []) as { type: string; status: string }[]).some(
    ({ type, status }) => type === 'Ready' && status === 'True',
  );

const byTraffic: readonly RevisionUse[] = ['routed', 'tagged', 'pinned'];

/** Whether traffic or an address of its own leads to a revision. */
export const isLedTo = (uses: readonly RevisionUse[]): boolean => uses.some((use) => byTraffic.includes(use));

type Texts = Readonly<Record<string, string>>;

/** The revision as a template of its owner, so that rewrites see what they see of the owner. */
const asTemplate = (owner: KubeObject, metadata: Fields, spec: Fields): KubeObject => ({
  apiVersion: owner.apiVersion,
  kind: owner.kind,
  metadata: owner.metadata,
  spec: { ...owner.spec, template: { metadata, spec } },
});

/** Its annotations with what it begins with: nothing, where nothing leads to it, and what it had on the source else. */
function annotationsOf(given: Texts, isIdle: boolean, zeroScale: boolean): Texts {
  const { [initialScale]: now, [initialScaleBefore]: before, ...rest } = given;
  // It may have come to the source in this way itself.
  const own = before === undefined ? now : before === '' ? undefined : before;
  if (isIdle && zeroScale) return { ...rest, [initialScale]: '0', [initialScaleBefore]: own ?? '' };
  if (own === undefined || (own === '0' && !zeroScale)) return rest;
  return { ...rest, [initialScale]: own };
}

/** Makes it: named as on the source, born with what Knative's own controller would give it. */
export function arrivingRevision(props: RevisionProps): ArrivingRevision {
  const { owner, revision, uses, zeroScale, rewrite } = props;
  const { labels: ownLabels = {}, annotations = {} } = portable(revision).metadata;
  const { name, namespace } = revision.metadata;
  const metadata = {
    labels: Object.fromEntries(
      Object.entries(ownLabels).filter(([key]) => !key.startsWith('serving.knative.dev/')),
    ),
    annotations,
  };
  const rewritten = (spec: Fields): Fields =>
    fieldsOf(rewrite(asTemplate(owner, metadata, spec)).spec?.template?.spec);
  const { spec, unresolved } = pinned(fieldsOf(revision.spec), revision.status, rewritten);
  const next = fieldsOf(rewrite(asTemplate(owner, metadata, spec)).spec?.template?.metadata);
  const state = revision.metadata.labels?.[labels.routingState];
  const isReserve = !isLedTo(uses) && (state === undefined || state === 'reserve');
  // One that does not come up must not seem to: without pods it would.
  const isIdle = isReserve && isReady(revision);
  const routing = isReserve ? 'reserve' : isReady(revision) ? 'active' : 'pending';
  return {
    source: revision,
    unresolved,
    isIdle,
    object: {
      apiVersion: revision.apiVersion,
      kind: revision.kind,
      metadata: {
        name,
        ...(namespace === undefined ? {} : { namespace }),
        labels: {
          ...(fieldsOf(next.labels) as Texts),
          [labels.configuration]: owner.metadata.name,
          ...(owner.kind === 'Service' ? { [labels.service]: owner.metadata.name } : {}),
          [labels.routingState]: routing,
        },
        annotations: annotationsOf(fieldsOf(next.annotations) as Texts, isIdle, zeroScale),
      },
      spec,
    },
  };
}

/** Why a revision that is there is not the one that would arrive, as a clause; undefined where it is. */
export function otherThan({ source, object }: ArrivingRevision, there: KubeObject): string | undefined {
  const [want, live] = [
    { spec: fieldsOf(object.spec), status: source.status },
    { spec: fieldsOf(there.spec), status: there.status },
  ];
  const image = otherImage(want, live);
  if (image !== undefined) return `it runs ${image}`;
  // A newer release adds defaults, so that more is no difference, on whichever side it is.
  const [ours, theirs] = [withoutImages(want.spec), withoutImages(live.spec)];
  const isSame = differences(theirs, ours).length === 0 || differences(ours, theirs).length === 0;
  return isSame ? undefined : 'its spec is another';
}
