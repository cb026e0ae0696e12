import type { DomainConfig } from './config-keys.ts';

type Texts = Readonly<Record<string, string>>;

const valueText = (value: unknown): string => {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.join(',');
  // Where Knative reads YAML it reads JSON.
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
};

/** A config map's props as its data: the only place where a value becomes text. */
export const configText = (props: Readonly<Record<string, unknown>> = {}): Texts =>
  Object.fromEntries(
    Object.entries(props).flatMap(([key, value]) => (value === undefined ? [] : [[key, valueText(value)]])),
  );

/** `config-domain` as its data: a domain for all services has no text. */
export const domainText = (domains: Readonly<Record<string, DomainConfig>> = {}): Texts =>
  configText(
    Object.fromEntries(
      Object.entries(domains).map(([domain, options]) => [
        domain,
        Object.keys(options?.selector ?? {}).length === 0 ? '' : options,
      ]),
    ),
  );
