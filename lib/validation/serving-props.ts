import {
  type ConfigMapName,
  type ConfigPropName,
  configMapOf,
  type ServingConfigProps,
} from './config-keys.ts';
import { checkConfigProps, checkDomains } from './config-map.ts';
import {
  contradictions,
  type ServingSurroundings,
  type SettledMap,
} from './config-maps/contradictions/index.ts';
import { validateConfigMap } from './config-maps/index.ts';
import { configText, domainText } from './config-text.ts';
import type { Finding } from './finding.ts';

type Texts = Readonly<Record<string, string>>;

/** A mistake in a config map's props. */
export type ServingFinding = Finding & {
  /** The prop: `autoscaler`. */
  readonly prop: ConfigPropName;
  /** The map that it is written to: `config-autoscaler`. */
  readonly map: SettledMap;
  /** Key, and the path within its value: `stable-window`, `issuerRef.kind`. */
  readonly key: string;
};

export interface ServingPropsOptions {
  /** Feature flags that the release knows. @default - those of the newest release */
  readonly features?: readonly string[];
  /** What is installed around the maps. @default - nothing is known of it */
  readonly around?: ServingSurroundings;
  /** The props that are judged; of the others nothing is known. @default - all, those that are left out as empty */
  readonly props?: readonly ConfigPropName[];
}

// What is written for a structure is JSON, which is YAML too.
const readYaml = (text: string): unknown => (text === '' ? undefined : JSON.parse(text));

const allProps = Object.keys(configMapOf) as readonly ConfigPropName[];

/** A prop as the data of its config map. */
export const configData = (props: ServingConfigProps, prop: ConfigPropName): Texts =>
  prop === 'domain' ? domainText(props.domain) : configText(props[prop]);

/** The image is the release's where nobody says another one. */
const judgedData = (prop: ConfigPropName, texts: Texts): Texts =>
  prop === 'deployment' ? { 'queue-sidecar-image': 'released', ...texts } : texts;

function single(prop: ConfigPropName, props: ServingConfigProps, features?: readonly string[]): Finding[] {
  const values = props[prop] ?? {};
  const map = configMapOf[prop];
  const written = map === 'config-domain' ? checkDomains(values) : checkConfigProps(map, values, features);
  if (written.length > 0) return written;
  const data = judgedData(prop, configData(props, prop));
  return [...validateConfigMap(map, data, { readYaml }).errors];
}

/**
 * Every mistake in the config maps' props: keys that nothing reads, values of another type, what Knative's webhook would
 * refuse or ignore without a word, and contradictions among maps or with what is installed. Each is said once.
 */
export function servingConfigProblems(
  props: ServingConfigProps,
  { features, around = {}, props: judged = allProps }: ServingPropsOptions = {},
): ServingFinding[] {
  const propOf = new Map<SettledMap, ConfigPropName>(allProps.map((prop) => [configMapOf[prop], prop]));
  const found: (Finding & { readonly map: SettledMap })[] = [];
  const right = new Map<SettledMap, Texts>();
  for (const prop of judged) {
    const map: ConfigMapName | 'config-domain' = configMapOf[prop];
    const mistakes = single(prop, props, features);
    if (mistakes.length === 0) right.set(map, configData(props, prop));
    found.push(...mistakes.map((mistake) => ({ ...mistake, map })));
  }
  found.push(...contradictions(right, around));
  return found.flatMap((one) => {
    const prop = propOf.get(one.map);
    if (prop === undefined) return [];
    const key = one.field.replace(/^data\./, '');
    // As it was written, not as the text that was judged.
    const given = (props[prop] as Readonly<Record<string, unknown>> | undefined)?.[key] ?? one.value;
    return [{ ...one, value: given, prop, key }];
  });
}
