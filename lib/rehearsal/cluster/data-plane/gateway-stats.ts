/** Milliseconds: Envoy's default bounds, and finer ones below 25 ms, where a rehearsal's answers are. */
const bounds = [
  0.5, 1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000,
  300_000, 600_000, 1_800_000, 3_600_000,
] as const;

const prefix = 'envoy_http_conn_manager_prefix="ingress_http"';

/** How a request ended: answered, the answer cut by us, or the client gone before its end. */
export type RequestEnd = 'answered' | 'cut' | 'abandoned';

/** What a gateway counts, under Envoy's names. Counters only grow. */
export class GatewayStats {
  private requests = 0;
  private active = 0;
  private cut = 0;
  private abandoned = 0;
  private readonly byClass = new Map<number, number>([1, 2, 3, 4, 5].map((digit) => [digit, 0]));
  private readonly buckets = new Array<number>(bounds.length).fill(0);
  private sum = 0;
  private count = 0;

  begin(): void {
    this.requests += 1;
    this.active += 1;
  }

  /** `milliseconds` from the arrival to the end of the answer. */
  end(how: RequestEnd, status: number, milliseconds: number): void {
    this.active -= 1;
    if (how === 'cut') this.cut += 1;
    if (how === 'abandoned') {
      this.abandoned += 1;
      return;
    }
    const digit = Math.floor(status / 100);
    this.byClass.set(digit, (this.byClass.get(digit) ?? 0) + 1);
    this.sum += milliseconds;
    this.count += 1;
    const index = bounds.findIndex((bound) => milliseconds <= bound);
    if (index >= 0) this.buckets[index] = (this.buckets[index] ?? 0) + 1;
  }

  /** Prometheus' text format. */
  text(connections: { readonly total: number; readonly open: number }): string {
    const lines: string[] = [];
    const single = (name: string, type: 'counter' | 'gauge', value: number): void => {
      lines.push(`# TYPE envoy_http_${name} ${type}`, `envoy_http_${name}{${prefix}} ${value}`);
    };
    single('downstream_cx_total', 'counter', connections.total);
    single('downstream_cx_active', 'gauge', connections.open);
    single('downstream_rq_total', 'counter', this.requests);
    single('downstream_rq_active', 'gauge', this.active);
    single('downstream_rq_completed', 'counter', this.count);
    single('downstream_rq_rx_reset', 'counter', this.abandoned);
    single('downstream_rq_tx_reset', 'counter', this.cut);
    lines.push('# TYPE envoy_http_downstream_rq_xx counter');
    for (const [digit, value] of this.byClass)
      lines.push(`envoy_http_downstream_rq_xx{envoy_response_code_class="${digit}",${prefix}} ${value}`);
    const histogram = 'envoy_http_downstream_rq_time';
    lines.push(`# TYPE ${histogram} histogram`);
    let below = 0;
    bounds.forEach((bound, index) => {
      below += this.buckets[index] ?? 0;
      lines.push(`${histogram}_bucket{${prefix},le="${bound}"} ${below}`);
    });
    lines.push(
      `${histogram}_bucket{${prefix},le="+Inf"} ${this.count}`,
      `${histogram}_sum{${prefix}} ${this.sum}`,
      `${histogram}_count{${prefix}} ${this.count}`,
    );
    return `${lines.join('\n')}\n`;
  }
}
