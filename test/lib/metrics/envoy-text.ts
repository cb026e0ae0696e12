/** Envoy's statistics as a Kourier gateway answers them: three listeners' worth, of which one serves requests. */
export function envoyText(counted: {
  flows: number;
  open?: number;
  ok?: number;
  notFound?: number;
  errors?: number;
  /** Cumulative, for the bounds 1, 5, 10 and +Inf. */
  latency?: readonly number[];
}): string {
  const { flows, open = 0, ok = 0, notFound = 0, errors = 0, latency } = counted;
  const listener = (prefix: string, values: [number, number, number, number, number]) => [
    `envoy_http_downstream_cx_total{envoy_http_conn_manager_prefix="${prefix}"} ${values[0]}`,
    `envoy_http_downstream_cx_active{envoy_http_conn_manager_prefix="${prefix}"} ${values[1]}`,
    ...['1', '2', '3', '4', '5'].map(
      (digit) =>
        `envoy_http_downstream_rq_xx{envoy_response_code_class="${digit}",envoy_http_conn_manager_prefix="${prefix}"} ${
          { '2': values[2], '4': values[3], '5': values[4] }[digit] ?? 0
        }`,
    ),
  ];
  const bounds = ['1', '5', '10', '+Inf'];
  return [
    '# TYPE envoy_http_downstream_cx_total counter',
    ...listener('admin', [7000, 7, 7000, 7, 7]),
    ...listener('stats_server', [9000, 9, 9000, 9, 9]),
    ...listener('ingress_http', [flows, open, ok, notFound, errors]),
    'envoy_http_downstream_cx_total_other{envoy_http_conn_manager_prefix="ingress_http"} 5',
    '# TYPE envoy_http_downstream_rq_time histogram',
    ...bounds.map(
      (le) => `envoy_http_downstream_rq_time_bucket{envoy_http_conn_manager_prefix="admin",le="${le}"} 7000`,
    ),
    ...(latency === undefined
      ? []
      : bounds.map(
          (le, index) =>
            `envoy_http_downstream_rq_time_bucket{envoy_http_conn_manager_prefix="ingress_http",le="${le}"} ${latency[index]}`,
        )),
    '',
  ].join('\n');
}
