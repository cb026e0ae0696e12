import { bool, int, or, quantity, text } from './kinds.ts';

/** `config-defaults`: what a service has that does not say. */
export const defaultsKeys = {
  /** Time that a request may take, in seconds. Rule: 1 or more, at most max-revision-timeout-seconds. @default 300 */
  'revision-timeout-seconds': int('300'),
  /** Longest time that a service may ask for, in seconds. Rule: at most the activator's termination grace period. @default 600 */
  'max-revision-timeout-seconds': int('600'),
  /** Time in which an answer must begin, in seconds. Rule: at most revision-timeout-seconds; 0 is no limit. @default revision-timeout-seconds */
  'revision-response-start-timeout-seconds': int(''),
  /** Longest silence within an answer, in seconds. Rule: at most revision-timeout-seconds; 0 is no limit. @default 0 */
  'revision-idle-timeout-seconds': int('0'),
  /** CPU that a container asks for. Rule: at most its limit. @default none */
  'revision-cpu-request': quantity(''),
  /** Memory that a container asks for. Rule: at most its limit. @default none */
  'revision-memory-request': quantity(''),
  /** Disk that a container asks for. Rule: at most its limit. @default none */
  'revision-ephemeral-storage-request': quantity(''),
  /** CPU that a container may use. @default none */
  'revision-cpu-limit': quantity(''),
  /** Memory that a container may use. @default none */
  'revision-memory-limit': quantity(''),
  /** Disk that a container may use. @default none */
  'revision-ephemeral-storage-limit': quantity(''),
  /** Name of a container without one. Rule: a Go template over the service's metadata. @default user-container */
  'container-name-template': text('user-container'),
  /** Name of an init container without one. Rule: a Go template over the service's metadata. @default init-container */
  'init-container-name-template': text('init-container'),
  /** Requests at once that a pod takes; 0 is no limit. Rule: at most container-concurrency-max-limit. @default 0 */
  'container-concurrency': int('0'),
  /** Most that a service may set as its container concurrency. Rule: at least 1. @default 1000 */
  'container-concurrency-max-limit': int('1000'),
  /** Whether a service may be without a limit. Rule: false needs a container-concurrency of 1 or more. @default true */
  'allow-container-concurrency-zero': bool('true'),
  /** Whether pods learn of Services by variables; default leaves it to Kubernetes, which does. @default false */
  'enable-service-links': or(bool('false'), 'default'),
} as const;
