import { Yaml } from 'cdk8s';
import { servingNamespace } from '../knative/index.ts';
import { controllerName, controllerPort, gatewayName, gatewayPorts } from './names.ts';
import type { KourierRelease } from './releases/index.ts';

/** Keys of the config map `kourier-bootstrap`; each is a file where it is mounted. */
export const bootstrapFile = 'envoy-bootstrap.yaml';
export const pressureFile = 'idle-pressure';
/** Where the config map is mounted. */
export const bootstrapFolder = '/tmp/config';

const type = (name: string) => `type.googleapis.com/envoy.${name}`;

interface SocketAddress {
  readonly socket_address: {
    readonly address: string;
    readonly port_value: number;
    readonly ipv4_compat?: boolean;
  };
}

const at = (address: string, port_value: number): SocketAddress => ({
  socket_address: { address, port_value, ...(address === '::' ? { ipv4_compat: true } : {}) },
});

const loadAssignment = (cluster_name: string, address: SocketAddress) => ({
  cluster_name,
  endpoints: { lb_endpoints: { endpoint: { address } } },
});

const route = (method: string, regex: string) => ({
  match: {
    safe_regex: { regex },
    headers: [{ name: ':method', string_match: { exact: method } }],
  },
  route: { cluster: 'service_stats' },
});

/** The part of Envoy's admin interface that the pod's network may use: readiness and metrics. */
const statsListener = (release: KourierRelease) => ({
  name: 'stats_listener',
  address: at(release.statsAddress, gatewayPorts.stats),
  filter_chains: [
    {
      filters: [
        {
          name: 'envoy.filters.network.http_connection_manager',
          typed_config: {
            '@type': type('extensions.filters.network.http_connection_manager.v3.HttpConnectionManager'),
            stat_prefix: 'stats_server',
            http_filters: [
              {
                name: 'envoy.filters.http.router',
                typed_config: { '@type': type('extensions.filters.http.router.v3.Router') },
              },
            ],
            route_config: {
              virtual_hosts: [
                {
                  name: 'admin_interface',
                  domains: ['*'],
                  routes: [
                    route('GET', '/(certs|stats(/prometheus)?|server_info|clusters|listeners|ready)?'),
                    route('POST', '/drain_listeners'),
                  ],
                },
              ],
            },
          },
        },
      ],
    },
  ],
});

const statsCluster = {
  name: 'service_stats',
  connect_timeout: '0.250s',
  type: 'static',
  load_assignment: loadAssignment('service_stats', at('127.0.0.1', gatewayPorts.admin)),
};

const httpOptions = 'extensions.upstreams.http.v3.HttpProtocolOptions';

/** The controller, which tells the gateway everything else. */
const controllerCluster = {
  name: 'xds_cluster',
  typed_extension_protocol_options: {
    [`envoy.${httpOptions}`]: {
      '@type': type(httpOptions),
      explicit_http_config: {
        http2_protocol_options: { connection_keepalive: { interval: '30s', timeout: '5s' } },
      },
    },
  },
  connect_timeout: '1s',
  load_assignment: loadAssignment('xds_cluster', at(`${controllerName}.${servingNamespace}`, controllerPort)),
  type: 'STRICT_DNS',
};

/**
 * Idle times of connections. Kourier's controller sets none, so that Envoy's hour would hold, and a client would send on a
 * connection that the accelerator has forgotten. Of the bootstrap only the overload manager reaches listeners that come
 * from the controller: a pressure that is always 1 keeps the scaled timer at its least.
 */
const idleTimes = (seconds: number) => ({
  refresh_interval: '1s',
  resource_monitors: [
    {
      name: 'envoy.resource_monitors.injected_resource',
      typed_config: {
        '@type': type('extensions.resource_monitors.injected_resource.v3.InjectedResourceConfig'),
        filename: `${bootstrapFolder}/${pressureFile}`,
      },
    },
  ],
  actions: [
    {
      name: 'envoy.overload_actions.reduce_timeouts',
      triggers: [{ name: 'envoy.resource_monitors.injected_resource', threshold: { value: 0.5 } }],
      typed_config: {
        '@type': type('config.overload.v3.ScaleTimersOverloadActionConfig'),
        timer_scale_factors: [{ timer: 'HTTP_DOWNSTREAM_CONNECTION_IDLE', min_timeout: `${seconds}s` }],
      },
    },
  ],
});

/** Made anew each time: what is shared would be an alias in the YAML. */
const subscription = () => ({ resource_api_version: 'V3', ads: {} });

export interface BootstrapOptions {
  /** After so many seconds without a request a client's connection is closed. @default - Envoy's, an hour */
  readonly idle?: number;
}

/** What Envoy reads when it starts: where its configuration comes from, how it is checked and measured. */
export const envoyBootstrap = (release: KourierRelease, options: BootstrapOptions = {}) => ({
  dynamic_resources: {
    ads_config: {
      transport_api_version: 'V3',
      api_type: 'GRPC',
      rate_limit_settings: {},
      grpc_services: [{ envoy_grpc: { cluster_name: 'xds_cluster' } }],
    },
    cds_config: subscription(),
    lds_config: subscription(),
  },
  node: { cluster: 'kourier-knative', id: gatewayName },
  static_resources: {
    listeners: [statsListener(release)],
    clusters: [statsCluster, controllerCluster],
  },
  admin: {
    access_log: [
      {
        name: 'envoy.access_loggers.stdout',
        typed_config: { '@type': type('extensions.access_loggers.stream.v3.StdoutAccessLog') },
      },
    ],
    address: at('127.0.0.1', gatewayPorts.admin),
  },
  ...(options.idle === undefined ? {} : { overload_manager: idleTimes(options.idle) }),
});

/** The data of the config map `kourier-bootstrap`. */
export const bootstrapData = (
  release: KourierRelease,
  options: BootstrapOptions = {},
): Record<string, string> => ({
  [bootstrapFile]: Yaml.stringify(envoyBootstrap(release, options)),
  ...(options.idle === undefined ? {} : { [pressureFile]: '1' }),
});
