import { type ConfigMapName, configKeys } from '../../config-keys.ts';
import { type Finding, finding } from '../../finding.ts';
import { parseGoBool, parseGoDuration, parseGoFloat } from '../../go-values.ts';
import type { Texts } from '../read.ts';

/** A map whose contradictions are known. */
export type SettledMap = ConfigMapName | 'config-domain';

/** A finding, and the map in which it is. */
export type MapFinding = Finding & { readonly map: SettledMap };

/** What is installed around the config maps. What is left out is not known, and nothing is said of it. */
export interface ServingSurroundings {
  /** How long the activator may finish requests, in seconds. @default - not known */
  readonly activatorGracePeriod?: number;
  /** Whether the part is installed that serves the HPA's class. @default - not known */
  readonly hpaAutoscaler?: boolean;
  /** Whether the gateway has a certificate of its own. @default - not known */
  readonly gatewayCertificate?: boolean;
}

/** One map as Knative reads it: what it says, or the value that holds without it. */
export interface Settings {
  readonly texts: Texts;
  /** Whether the map itself says it. */
  said(key: string): boolean;
  text(key: string): string;
  /** A word, in lower case. */
  word(key: string): string;
  bool(key: string): boolean;
  number(key: string): number;
  /** In nanoseconds. */
  duration(key: string): number;
  /** Undefined: none holds. */
  quantity(key: string): number | undefined;
  refuse(key: string, allowed: string): void;
}

const factors: Readonly<Record<string, number>> = {
  ...{ n: 1e-9, u: 1e-6, m: 1e-3, '': 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18 },
  ...{ Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50, Ei: 2 ** 60 },
};

/** A Kubernetes quantity as a number; `NaN` where it is none. */
export function quantityNumber(text: string): number {
  const [, amount = '', suffix = ''] = /^([+-]?[\d.]+(?:[eE][+-]?\d+)?)([numkMGTPE]?i?)$/.exec(text) ?? [];
  const factor = factors[suffix] ?? Number.NaN;
  // Dividing rounds once, so that 700m is 0.7.
  return factor < 1 ? Number(amount) / Math.round(1 / factor) : Number(amount || Number.NaN) * factor;
}

/** Reads one map; what is refused is gathered in `found`. */
export function settingsOf(map: SettledMap, texts: Texts, found: MapFinding[]): Settings {
  const table: Readonly<Record<string, { readonly fallback: string }>> =
    map === 'config-domain' ? {} : configKeys[map];
  const text = (key: string): string => texts[key] ?? table[key]?.fallback ?? '';
  return {
    texts,
    said: (key) => texts[key] !== undefined,
    text,
    word: (key) => text(key).toLowerCase(),
    bool: (key) => parseGoBool(text(key)) === true,
    number: (key) => parseGoFloat(text(key)) ?? Number.NaN,
    duration: (key) => parseGoDuration(text(key)) ?? Number.NaN,
    quantity: (key) => (text(key) === '' ? undefined : quantityNumber(text(key))),
    refuse: (key, allowed) =>
      found.push({ ...finding(`data.${key}`, 'config.contradiction', text(key), allowed), map }),
  };
}

/** Refuses requests above their limits; the API server would refuse every pod. */
export function checkRequests(
  settings: Settings,
  prefix: string,
  byDefault: Readonly<Record<string, string>> = {},
): void {
  for (const resource of ['cpu', 'memory', 'ephemeral-storage']) {
    const [requestKey, limitKey] = [`${prefix}-${resource}-request`, `${prefix}-${resource}-limit`];
    const amount = (key: string): [string, number | undefined] => {
      const said = settings.text(key) || (byDefault[key] ?? '');
      return [said, said === '' ? undefined : quantityNumber(said)];
    };
    const [[request, least], [limit, most]] = [amount(requestKey), amount(limitKey)];
    if (least === undefined || most === undefined || !(least > most)) continue;
    if (settings.said(requestKey)) settings.refuse(requestKey, `at most ${limitKey}, ${limit}`);
    else settings.refuse(limitKey, `at least ${requestKey}, ${request}`);
  }
}
