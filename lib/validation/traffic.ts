import { type Finding, finding, under } from './finding.ts';
import { dns1035Rule, isDns1035Label, isQualifiedName } from './names.ts';
import type { TrafficTarget } from './objects.ts';

const revisionRule = 'the name of a revision';

/** `ofService`: the configuration is the service's own and must not be named. */
function checkReference(target: TrafficTarget, ofService: boolean): Finding[] {
  const { revisionName = '', configurationName = '' } = target;
  if (ofService && configurationName !== '')
    return [finding('configurationName', 'traffic.target', configurationName, 'nothing in a service')];
  if (revisionName !== '' && configurationName !== '')
    return ['revisionName', 'configurationName'].map((field) =>
      finding(field, 'traffic.target', 'both', 'either a revision or a configuration'),
    );
  if (revisionName !== '')
    return isQualifiedName(revisionName)
      ? []
      : [finding('revisionName', 'traffic.revision', revisionName, revisionRule)];
  if (configurationName !== '')
    return isQualifiedName(configurationName)
      ? []
      : [finding('configurationName', 'traffic.revision', configurationName, 'the name of a configuration')];
  if (ofService) return [];
  return ['revisionName', 'configurationName'].map((field) =>
    finding(field, 'traffic.target', undefined, 'either a revision or a configuration'),
  );
}

function checkTarget(target: TrafficTarget, ofService: boolean): Finding[] {
  const { latestRevision, revisionName, percent = 0, url = '' } = target;
  const found: Finding[] = [];
  if (latestRevision !== undefined && latestRevision === (revisionName !== undefined))
    found.push(
      finding(
        'latestRevision',
        'traffic.target',
        latestRevision,
        latestRevision
          ? 'either a revision name or the latest revision, not both'
          : 'a revision name, or the latest revision',
      ),
    );
  found.push(...checkReference(target, ofService));
  if (percent < 0 || percent > 100)
    found.push(finding('percent', 'traffic.percent', percent, 'a whole number from 0 to 100'));
  if (url !== '') found.push(finding('url', 'traffic.url', url, 'nothing: Knative says it in the status'));
  return found;
}

/** What is wrong with a list of traffic targets, once defaults are in it. Fields begin with the target's index. */
export function checkTraffic(targets: readonly TrafficTarget[], ofService: boolean): Finding[] {
  const tags = new Map<string, number>();
  const found = targets.flatMap((target, index) => {
    const own = under(`[${index}]`, checkTarget(target, ofService));
    const { tag } = target;
    if (tag === undefined) return own;
    if (!isDns1035Label(tag)) own.push(finding(`tag[${index}]`, 'name.dns1035', tag, dns1035Rule));
    const first = tags.get(tag);
    if (first === undefined) tags.set(tag, index);
    else
      for (const at of [index, first]) own.push(finding(`[${at}].tag`, 'traffic.tag', tag, 'each tag once'));
    return own;
  });
  const sum = targets.reduce((total, { percent = 0 }) => total + percent, 0);
  return sum === 100 ? found : [...found, finding('', 'traffic.sum', sum, 'percentages that add up to 100')];
}
