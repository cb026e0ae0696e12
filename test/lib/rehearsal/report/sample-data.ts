import { seededRandom } from '../../../../lib/rehearsal/random.ts';
import type { ReportData, ReportGate, ReportStep } from '../../../../lib/rehearsal/report/index.ts';

const start = Date.UTC(2026, 10, 24, 6, 12, 3);
const at = (seconds: number) => start + seconds * 1000;

const gatesOf = (value: number, samples: number): ReportGate[] => [
  {
    gate: 'success-rate',
    verdict: value >= 0.99 ? 'pass' : 'fail',
    value,
    limit: 0.99,
    unit: 'ratio',
    text: `green answered ${samples} requests, ${(value * 100).toFixed(2)} % of them well`,
  },
  { gate: 'latency-p99', verdict: 'pass', value: 38.2, limit: 250, unit: 'ms' },
  { gate: 'share', verdict: 'pass', value: 1.3, limit: 10, unit: 'points' },
  { gate: 'health', verdict: 'pass', value: 1, limit: 1, unit: 'count' },
  { gate: 'probes', verdict: 'pass', value: 0, limit: 0, unit: 'count' },
];

const still = (id: string, title: string, from: number, to: number): ReportStep => ({
  id,
  title,
  share: null,
  arrived: { flows: null, requests: null },
  gates: [],
  startedAt: at(from),
  endedAt: at(to),
  outcome: 'passed',
});

const shift = (share: number, from: number, to: number, good = true): ReportStep => ({
  id: `shift-${share}`,
  title: `shift to ${share} %`,
  share,
  arrived: { flows: Math.min(100, share + 0.7), requests: Math.min(100, share * 0.96) },
  gates: gatesOf(good ? 1 : 0.712, share * 9),
  startedAt: at(from),
  endedAt: at(to),
  outcome: good ? 'passed' : 'failed',
});

/** A cutover of a minute, with as many made-up figures as a real one has. */
export function sampleData(outcome: 'completed' | 'rolled-back'): ReportData {
  const random = seededRandom(11);
  const back = outcome === 'rolled-back';
  const shares = back
    ? [
        { at: at(16), share: 5 },
        { at: at(24), share: 25 },
        { at: at(28.4), share: 0 },
      ]
    : [5, 25, 50, 100].map((share, index) => ({ at: at(16 + index * 8), share }));
  const rows = Array.from({ length: 56 }, (_, t) => {
    const sent = 225 + Math.floor(random() * 50);
    const asked = shares.findLast((share) => share.at <= at(t))?.share ?? 0;
    const toGreen = Math.min(
      sent,
      Math.round(
        (sent * Math.min(100, Math.max(0, asked + (asked > 0 && asked < 100 ? random() * 6 - 3 : 0)))) / 100,
      ),
    );
    const lost = back && t >= 24 && t <= 29 ? Math.floor(toGreen * 0.3) + (t === 29 ? 3 : 0) : 0;
    return {
      t,
      sent,
      answered: sent - lost,
      lost,
      blue: sent - toGreen,
      green: Math.max(0, toGreen - lost),
      p50: 9 + random() * 2,
      p99: 24 + random() * 10 + (t === 17 ? 310 : 0),
    };
  });
  const requests = rows.reduce((sum, row) => sum + row.sent, 0);
  const lost = rows.reduce((sum, row) => sum + row.lost, 0);
  return {
    fleet: 'orchard',
    from: 'blue',
    to: 'green',
    plan: { id: '20261124-061203-blue-green', digest: `sha256:${'3f9c01ab'.repeat(8)}` },
    startedAt: start,
    endedAt: at(56),
    summary: { services: 7, steps: back ? 6 : 9, requests, lost, exit: back ? 5 : 0, outcome },
    latency: {
      before: { count: 3714, p50: 9.6, p95: 21.3, p99: 28.4, max: 44.1 },
      during: { count: 8002, p50: 9.8, p95: 23.9, p99: 36.2, max: 1312.7 },
      after: { count: 1998, p50: 9.7, p95: 20.8, p99: 27.9, max: 39.5 },
    },
    steps: [
      still('preflight', 'preflight', 8, 8.6),
      still('migrate', 'migrate 7 services', 8.6, 11.2),
      still('verify', 'verify', 11.2, 14.9),
      still('floors', 'floors', 14.9, 16),
      ...(back
        ? [shift(5, 16, 24), shift(25, 24, 28.4, false)]
        : [
            shift(5, 16, 24),
            shift(25, 24, 32),
            shift(50, 32, 40),
            shift(100, 40, 48),
            still('drain', 'drain blue', 48, 51),
          ]),
    ],
    shares,
    series: { startedAt: start, rows },
    lost: rows
      .filter((row) => row.lost > 0)
      .map((row) => ({
        at: at(row.t + 0.31),
        endedAt: at(row.t + 0.33),
        service: 'checkout',
        phase: 'shift to 25 %',
        reason: 'status' as const,
        detail: 'status 503, expected 200',
        colour: 'green' as const,
      })),
    events: [
      { at: at(8), code: 'step-entered', text: 'preflight in eu-west-1' },
      {
        at: at(8.6),
        code: 'step-passed',
        text: 'preflight: both clusters answer, both entrances are healthy',
      },
      { at: at(16.1), code: 'set-weights', text: 'blue 95, green 5' },
    ],
    generatorDelayMs: 4.8,
    ...(back && {
      rollback: {
        cause: 'gate' as const,
        decidedAt: at(28.4),
        step: 'shift to 25 %',
        gate: gatesOf(0.712, 225)[0] as ReportGate,
        reason: 'green answered 225 requests, 71.20 % of them well; at least 99.00 % must be',
        lastErrorAfterSeconds: 1.3,
      },
    }),
  };
}
