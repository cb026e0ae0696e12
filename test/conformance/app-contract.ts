/**
 * What the application of the conformance suite does. Two programs keep to it: the container that the rehearsal's
 * cluster runs (`lib/rehearsal/cluster/data-plane/worker-app.ts`) and the image of the lane (`test/cluster/app`, Go).
 * The suite knows nothing else of either. What either can do beyond this is its own business.
 *
 * **Start and end.** It listens on `PORT` (8080 where it is not set), HTTP/1.1 in the clear, and does *not* listen before
 * `STARTUP_MS` have passed since its start: Knative's default probe is a TCP connection. After SIGTERM it takes no new
 * connection, finishes the requests that it has, goes on for `SHUTDOWN_MS` more, and exits with 0. A wrong variable is
 * an exit with 1 before it listens.
 *
 * **Answering.** Any method and any path but those below. The request's body is read to its end and thrown away. The answer begins
 * `ANSWER_MS` after the arrival. Requests run side by side without a limit of its own.
 *
 * - Status: `ANSWER_STATUS`. 204 and 304, and any answer to HEAD, have no body.
 * - Body: the line `<TARGET> <K_REVISION> <Host header as it came>\n`, then `.` until the body has `ANSWER_BYTES` bytes (no
 *   padding where the line is as long already; the line is never cut), with its `Content-Length`.
 * - `Content-Type: text/plain; charset=utf-8`
 * - `X-Served-By: <namespace>/<K_REVISION> <pod>`; the host name of a container is its Pod's name.
 * - `X-Concurrency`: how many requests were inside when it answered, itself included.
 *
 * **One request.** Query parameters replace a variable for one request: `?ANSWER_MS=200&ANSWER_STATUS=503&ANSWER_BYTES=9`. A wrong
 * one is answered with 400 at once.
 *
 * **`/echo`** answers at once with JSON: see `Echo`. `X-Served-By` and `X-Concurrency` are as above.
 *
 * **`/stream?chunks=5&every=100`** sends so many lines `1\n`, `2\n` …, the first at once, one each so many milliseconds, each
 * flushed to the wire, chunked.
 *
 * **`/abort`** closes the connection without an answer.
 *
 * **Memory.** `MEMORY_MB` are allocated and touched at the start, before it listens, and kept. The rehearsal ignores it.
 */

/** What `/echo` answers: the request as it arrived, and who it arrived at. */
export interface Echo {
  readonly namespace: string;
  readonly revision: string;
  readonly pod: string;
  readonly method: string;
  readonly host: string;
  /** Path and query. */
  readonly url: string;
  /** Such as `HTTP/1.1`. */
  readonly protocol: string;
  /** Without `Host`; names in any case. */
  readonly headers: Readonly<Record<string, readonly string[]>>;
  /** Of the request's body, which is read to its end. */
  readonly bytes: number;
  /** Those of `PORT`, `K_SERVICE`, `K_CONFIGURATION`, `K_REVISION` that are set. */
  readonly env: Readonly<Record<string, string>>;
}
