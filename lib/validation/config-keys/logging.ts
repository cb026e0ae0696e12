import { bool, type ConfigKey, exactly, int, list, structure, text, type Written, word } from './kinds.ts';
import { anything, fields } from './shapes.ts';

const level = () => word('info', 'debug', 'warn', 'error', 'dpanic', 'panic', 'fatal');

// An encoder that zap does not know becomes its default without a word.
const encoderKeys = {
  ...{ messageKey: text(''), levelKey: text(''), timeKey: text(''), nameKey: text(''), callerKey: text('') },
  ...{ functionKey: text(''), stacktraceKey: text(''), lineEnding: text(''), consoleSeparator: text('') },
  skipLineEnding: bool('false'),
  levelEncoder: exactly('', 'lowercase', 'capital', 'capitalColor', 'color'),
  timeEncoder: exactly(
    '',
    ...(['iso8601', 'ISO8601', 'rfc3339', 'RFC3339', 'rfc3339nano', 'RFC3339Nano'] as const),
    ...(['epoch', 'millis', 'nanos'] as const),
  ),
  durationEncoder: exactly('', 'string', 'seconds', 'ms', 'nanos'),
  callerEncoder: exactly('', 'short', 'full'),
  nameEncoder: exactly('', 'full'),
} as const;

const samplingKeys = { initial: int('0'), thereafter: int('0') } as const;

const zapKeys = {
  level: level(),
  development: bool('false'),
  disableCaller: bool('false'),
  disableStacktrace: bool('false'),
  encoding: exactly('json', 'console'),
  outputPaths: list(''),
  errorOutputPaths: list(''),
  encoderConfig: structure<Written<typeof encoderKeys>>('', fields(encoderKeys)),
  sampling: structure<Written<typeof samplingKeys>>('', fields(samplingKeys)),
  initialFields: structure<Readonly<Record<string, unknown>>>('', anything),
} as const;

/** How the logger zap is set up; what is left out is upstream's. */
export type ZapConfig = Written<typeof zapKeys>;

const zap: ConfigKey<ZapConfig> = structure<ZapConfig>('', fields(zapKeys));

/** `config-logging`: what the parts of Serving write. */
export const loggingKeys = {
  /** How log lines are made and where they go. Rule: zap's own fields. @default JSON lines from the level info on */
  'zap-logger-config': zap,
  /** Least level of the controller. @default info */
  'loglevel.controller': level(),
  /** Least level of the autoscaler. @default info */
  'loglevel.autoscaler': level(),
  /** Least level of each queue-proxy. @default info */
  'loglevel.queueproxy': level(),
  /** Least level of the webhook. @default info */
  'loglevel.webhook': level(),
  /** Least level of the activator. @default info */
  'loglevel.activator': level(),
  /** Least level of the HPA's autoscaler. @default info */
  'loglevel.hpaautoscaler': level(),
  /** Least level of Istio's controller. @default info */
  'loglevel.net-istio-controller': level(),
  /** Least level of Contour's controller. @default info */
  'loglevel.net-contour-controller': level(),
  /** Least level of Kourier's controller. @default info */
  'loglevel.net-kourier-controller': level(),
  /** Least level of the Gateway API's controller. @default info */
  'loglevel.net-gateway-api-controller': level(),
} as const;
