import { isDns1123Subdomain } from '../../lib/validation/index.ts';
import { given } from './given.ts';
import { address, flag, type Kinds, listOf, named, object, only, text, textThat, word } from './kinds.ts';

/** How the pods of a service find others. */
export interface DnsProps {
  /** Addresses of name servers. @default - the policy's */
  readonly nameservers?: readonly string[];
  /** Domains in which short names are looked for. @default - the policy's */
  readonly searches?: readonly string[];
  /** Option of the resolver → its value, or `true` for one without: `{ ndots: '2' }`. @default - the policy's */
  readonly options?: Readonly<Record<string, string | true>>;
}

/** What the pods of a service see of the network. */
export interface PodNetworkProps {
  /** `None` needs `dnsConfig.nameservers`. Turns `kubernetes.podspec-dnspolicy` on. @default 'ClusterFirst' */
  readonly dnsPolicy?: 'ClusterFirst' | 'ClusterFirstWithHostNet' | 'Default' | 'None';
  /** Turns `kubernetes.podspec-dnsconfig` on. @default - the policy's */
  readonly dnsConfig?: DnsProps;
  /** Address → host names that lead to it; turns `kubernetes.podspec-hostaliases` on. @default - none */
  readonly hostAliases?: Readonly<Record<string, readonly string[]>>;
  /** Whether variables name the Services of the namespace. @default - `enable-service-links` of the colour: false */
  readonly enableServiceLinks?: boolean;
}

/** How requests come to a host: a service's, or that of a domain mapping. */
export interface HostNetworkProps {
  /** Whether plain HTTP is answered, or redirected to HTTPS. @default - `http-protocol` of the colour */
  readonly httpProtocol?: 'enabled' | 'redirected';
  /** `false` asks for no certificate although `external-domain-tls` is on in the colour. @default true */
  readonly externalDomainTls?: boolean;
  /** The ingress that answers; do not change it on a service with traffic. @default - the colour's, Kourier */
  readonly ingressClass?: string;
}

/** How requests come to a service. */
export interface ServiceNetworkProps extends HostNetworkProps {
  /** `cluster-local`: from inside the cluster only, so not through the entrance. @default 'public' */
  readonly visibility?: 'public' | 'cluster-local';
  /** Who makes its certificates. @default - `certificate-class` of the colour */
  readonly certificateClass?: string;
  /** `false`: Kourier offers HTTP/1 only on the service's hosts. @default true */
  readonly http2?: boolean;
}

const host = textThat('a host name in lower case', isDns1123Subdomain);
const domain = textThat('a domain', (name) => name === '.' || /^[-_a-z0-9.]{1,253}$/.test(name));
const option = {
  allowed: 'text, or true',
  check: (value: unknown, at: string, report: Parameters<typeof text.check>[2]) =>
    (typeof value === 'string' ? text : only(true, 'text, or true')).check(value, at, report),
};

export const podNetworkKinds: Kinds<PodNetworkProps> = {
  dnsPolicy: word('ClusterFirst', 'ClusterFirstWithHostNet', 'Default', 'None'),
  dnsConfig: object<DnsProps>({
    nameservers: listOf(address),
    searches: listOf(domain),
    options: named(option),
  }),
  hostAliases: named(listOf(host, 1), address),
  enableServiceLinks: flag,
};

const className = textThat('the name of a class', (name) => name.trim() !== '');

export const hostNetworkKinds: Kinds<HostNetworkProps> = {
  httpProtocol: word('enabled', 'redirected'),
  externalDomainTls: flag,
  ingressClass: className,
};

export const serviceNetworkKind = object<ServiceNetworkProps>({
  ...hostNetworkKinds,
  visibility: word('public', 'cluster-local'),
  certificateClass: className,
  http2: flag,
});

/** The fields of a pod spec. */
export const renderPodNetwork = (props: PodNetworkProps): Record<string, unknown> =>
  given({
    dnsPolicy: props.dnsPolicy,
    dnsConfig:
      props.dnsConfig &&
      given({
        nameservers: props.dnsConfig.nameservers && [...props.dnsConfig.nameservers],
        searches: props.dnsConfig.searches && [...props.dnsConfig.searches],
        options:
          props.dnsConfig.options &&
          Object.entries(props.dnsConfig.options).map(([name, value]) =>
            value === true ? { name } : { name, value },
          ),
      }),
    hostAliases:
      props.hostAliases &&
      Object.entries(props.hostAliases).map(([ip, hostnames]) => ({ ip, hostnames: [...hostnames] })),
    enableServiceLinks: props.enableServiceLinks,
  });

const prefix = 'networking.knative.dev/';

/** The props as annotations of a service or a domain mapping. */
export const hostAnnotations = (props: HostNetworkProps): Record<string, string> =>
  given({
    [`${prefix}http-protocol`]: props.httpProtocol,
    [`${prefix}disable-external-domain-tls`]: props.externalDomainTls === false ? 'true' : undefined,
    [`${prefix}ingress-class`]: props.ingressClass,
  }) as Record<string, string>;

/** The props as annotations of a service. */
export const serviceAnnotations = (props: ServiceNetworkProps): Record<string, string> => ({
  ...hostAnnotations(props),
  ...(given({
    [`${prefix}certificate-class`]: props.certificateClass,
    'kourier.knative.dev/disable-http2': props.http2 === false ? 'true' : undefined,
  }) as Record<string, string>),
});

/** The props as labels of a service. */
export const serviceLabels = ({ visibility }: ServiceNetworkProps): Record<string, string> =>
  visibility === 'cluster-local' ? { [`${prefix}visibility`]: visibility } : {};
