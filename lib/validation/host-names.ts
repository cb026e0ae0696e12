import { renderTemplate, type TemplateValues } from './go-template/index.ts';

type Texts = Readonly<Record<string, string>>;

const clusterDomain = 'svc.cluster.local';
const visibility = 'networking.knative.dev/visibility';
const defaultDomainTemplate = '{{.Name}}.{{.Namespace}}.{{.Domain}}';

/** A domain of `config-domain`, and the labels of the routes that get it; no labels is every route. */
export interface HostDomain {
  readonly name: string;
  readonly selector: Texts;
}

export interface HostOptions {
  readonly name: string;
  readonly namespace: string;
  /** The tag of a traffic target. @default - the service as a whole */
  readonly tag?: string;
  readonly labels?: Texts;
  readonly annotations?: Texts;
  readonly domains: readonly HostDomain[];
  /** `domain-template` of `config-network`. @default '{{.Name}}.{{.Namespace}}.{{.Domain}}' */
  readonly domainTemplate?: string;
  /** `tag-template` of `config-network`. @default '{{.Tag}}-{{.Name}}' */
  readonly tagTemplate?: string;
}

/** The domain of a route with these labels: the most specific selector that fits, of equals the first by name. */
export function domainOf(domains: readonly HostDomain[], labels: Texts = {}): string {
  if (labels[visibility] === 'cluster-local') return clusterDomain;
  const everyRoute = domains.some(({ selector }) => Object.keys(selector).length === 0);
  const all = everyRoute ? domains : [...domains, { name: clusterDomain, selector: {} }];
  const fitting = all
    .filter(({ selector }) => Object.entries(selector).every(([key, value]) => labels[key] === value))
    .sort(
      (a, b) => Object.keys(b.selector).length - Object.keys(a.selector).length || (a.name < b.name ? -1 : 1),
    );
  return fitting[0]?.name ?? clusterDomain;
}

/** The first label of a service's host name, or of one of its tags; undefined where the template cannot be read. */
export const hostLabel = ({
  name,
  tag = '',
  tagTemplate = '{{.Tag}}-{{.Name}}',
}: HostOptions): string | undefined =>
  tag === '' ? name : renderTemplate(tagTemplate, { Name: name, Tag: tag });

/** The host name of a service, or of one of its tags; undefined where a template cannot be read. */
export function hostName(options: HostOptions): string | undefined {
  const { namespace, labels = {}, annotations = {}, domains } = options;
  const { domainTemplate = defaultDomainTemplate } = options;
  const name = hostLabel(options);
  if (name === undefined) return undefined;
  const domain = domainOf(domains, labels);
  const values: TemplateValues = {
    Name: name,
    Namespace: namespace,
    Domain: domain,
    Annotations: annotations,
    Labels: labels,
  };
  // What is visible inside the cluster only has no template of its own.
  const local = labels[visibility] === 'cluster-local';
  return renderTemplate(local ? defaultDomainTemplate : domainTemplate, values);
}
