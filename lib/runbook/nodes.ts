import { gatewayName, kourierNamespace } from '../../constructs/kourier/names.ts';
import { colours } from '../fleet/colour.ts';
import { codeBlock } from './markdown.ts';
import type { Tools } from './tools.ts';

const doNotDisrupt = 'karpenter.sh/do-not-disrupt';
/** What all requests of a colour go through. */
const fronts = [
  [kourierNamespace, gatewayName],
  ['knative-serving', 'activator'],
] as const;

const annotated = (tools: Tools, region: string, change: string): string[] =>
  codeBlock(
    ...colours.flatMap((colour) =>
      fronts.map(
        ([namespace, app]) =>
          `${tools.kubectl(region, colour)} -n ${namespace} annotate pods -l app=${app} ${change} --overwrite`,
      ),
    ),
  );

/** Keeps nodes under gateways and activators where they are. Pods that come later have to be told again. */
export const holdNodes = (tools: Tools, region: string): string[] =>
  annotated(tools, region, `${doNotDisrupt}=true`);

/** Lets nodes be replaced again. */
export const freeNodes = (tools: Tools, region: string): string[] =>
  annotated(tools, region, `${doNotDisrupt}-`);
