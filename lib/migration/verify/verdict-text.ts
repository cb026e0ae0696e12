import type { PlanLine } from '../plan/readable-plan.ts';
import { type Finding, isFailure, type ServiceVerdict, type VerdictSums } from './verdict.ts';

export const findingText = ({ where, says }: Finding): string => (where === '' ? says : `${where}: ${says}`);

const placeOf = ({ kind, namespace, name }: ServiceVerdict): string =>
  `${kind === 'Service' ? '' : `${words[kind] ?? kind} `}${namespace}/${name}`;

const words: Readonly<Record<string, string>> = { PlainService: 'Service of Kubernetes' };

/** Everything that is not as it should be, in one line: `shop/cart: not there`. */
export const verdictText = (verdict: ServiceVerdict): string =>
  `${placeOf(verdict)}: ${[...verdict.notReady.map((reason) => `not ready: ${reason}`), ...verdict.differences.map(findingText)].join(', ')}`;

const line = (text: string, style: PlanLine['style'] = 'plain'): PlanLine => ({ text, style });

function headLine(verdict: ServiceVerdict): PlanLine {
  const place = placeOf(verdict);
  const delivered = verdict.deliveredBy === undefined ? '' : ` (delivered by ${verdict.deliveredBy})`;
  switch (verdict.state) {
    case 'same':
      return line(`same       ${place}${delivered}`, 'good');
    case 'different':
      return line(`different  ${place}${delivered}`, 'error');
    case 'not-verified':
      return line(`not verified  ${place}${delivered}`, 'warn');
    case 'not-ready':
      return line(
        `not ready  ${place}${delivered}${isFailure(verdict) ? '' : ', and on the source neither'}`,
        isFailure(verdict) ? 'error' : 'warn',
      );
  }
}

/** A verdict as a person reads it: what it is, then what is otherwise and why. */
export const verdictLines = (verdict: ServiceVerdict): PlanLine[] => [
  headLine(verdict),
  ...verdict.differences.map((finding) => line(`    ${findingText(finding)}`)),
  ...verdict.notReady.map((reason) => line(`    ${reason}`)),
  ...(verdict.sourceNotReady === undefined
    ? []
    : [line(`    not ready on the source: ${verdict.sourceNotReady}`)]),
  ...verdict.certificates.map(({ host, issuer, expires }) =>
    line(`    certificate of ${host}: by ${issuer}, until ${expires.slice(0, 10)}`),
  ),
  ...verdict.notes.map((note) => line(`    note: ${note}`)),
];

/** `3 same, 1 different, 2 not ready, 1 of them on the source neither` */
export const sumsText = ({ same, different, notReady, notReadyOnSource, notVerified }: VerdictSums): string =>
  [
    `${same} same`,
    `${different} different`,
    `${notReady} not ready`,
    ...(notReadyOnSource === 0 ? [] : [`${notReadyOnSource} of them on the source neither`]),
    ...(notVerified === 0 ? [] : [`${notVerified} not verified`]),
  ].join(', ');
