import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { refuse, StatusError } from '../status-error.ts';
import { answerJson, answerStatus } from './answers.ts';
import { type Call, flag, readCall } from './call.ts';
import type { Context } from './context.ts';
import { remove, removeAll } from './delete.ts';
import { answerBasics, Discovery } from './discovery.ts';
import { Lists } from './list.ts';
import { answerOpenApi } from './openapi.ts';
import { proxy } from './pod-proxy.ts';
import { answerList, answerObject } from './present.ts';
import { scale } from './scale.ts';
import { Paths, type Target } from './target.ts';
import { Watches } from './watch.ts';
import { create, existing, patch, update, type Written } from './write.ts';

/** Leads every request to its handler, and every refusal to its answer. */
export class Router {
  readonly #context: Context;
  readonly #authorization: Buffer;
  readonly #version: string;
  readonly #paths: Paths;
  readonly #discovery: Discovery;
  readonly #lists: Lists;
  readonly #watches: Watches;

  constructor(context: Context, options: { readonly token: string; readonly version: string }) {
    this.#context = context;
    this.#authorization = Buffer.from(`Bearer ${options.token}`);
    this.#version = options.version;
    this.#paths = new Paths(context.resources);
    this.#discovery = new Discovery(context.resources);
    this.#lists = new Lists(context.store);
    this.#watches = new Watches(context);
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const call: Call = {
      method: request.method ?? 'GET',
      path: '/',
      segments: [],
      query: new URLSearchParams(),
      request,
      response,
    };
    try {
      if (!this.#isAuthorized(request)) throw refuse.unauthorized();
      await this.#route(readCall(request, response));
    } catch (error) {
      // A client that has gone needs no answer; one that has its answer's head can only be cut off.
      if (response.destroyed) return;
      if (response.headersSent) response.destroy();
      else answerStatus(call, statusOf(error));
    }
  }

  close(): void {
    this.#watches.close();
  }

  /** Unfinished lists cannot be read to their ends any more. */
  forget(): void {
    this.#lists.forget();
  }

  #isAuthorized({ headers }: IncomingMessage): boolean {
    const given = Buffer.from(headers.authorization ?? '');
    return given.length === this.#authorization.length && timingSafeEqual(given, this.#authorization);
  }

  async #route(call: Call): Promise<void> {
    const [root] = call.segments;
    const isRead = call.method === 'GET' || call.method === 'HEAD';
    if (isRead && (answerBasics(call, this.#version) || answerOpenApi(call, this.#context.resources))) return;
    if (root !== 'api' && root !== 'apis') throw refuse.unknownPath();
    if (isRead && this.#discovery.answer(call)) return;
    const target = this.#paths.resolve(call.segments);
    if (target.subresource === 'proxy' && call.method === 'GET') return proxy(this.#context, call, target);
    if (target.subresource === 'scale') return this.#scale(call, target);
    if (target.subresource !== '' && !(target.subresource === 'status' && target.definition.status)) {
      throw refuse.unknownPath();
    }
    return target.name === undefined ? this.#collection(call, target) : this.#object(call, target);
  }

  async #collection(call: Call, target: Target): Promise<void> {
    const { definition } = target;
    switch (call.method) {
      case 'GET': {
        if (flag(call, 'watch')) return this.#watches.start(call, target);
        const { objects, metadata } = this.#lists.page(call, target);
        return answerList(call, definition, objects, metadata, this.#context.now());
      }
      case 'POST':
        if (definition.namespaced && target.namespace === undefined) throw refuse.methodNotAllowed();
        return this.#written(call, target, await create(this.#context, call, target));
      case 'DELETE': {
        const gone = await removeAll(this.#context, call, target);
        const metadata = { resourceVersion: this.#context.store.resourceVersion };
        return answerList(call, definition, gone, metadata, this.#context.now());
      }
      default:
        throw refuse.methodNotAllowed();
    }
  }

  async #object(call: Call, target: Target): Promise<void> {
    switch (call.method) {
      case 'GET':
        if (flag(call, 'watch')) return this.#watches.start(call, target);
        return answerObject(
          call,
          200,
          target.definition,
          existing(this.#context, target),
          this.#context.now(),
        );
      case 'PUT':
        return this.#written(call, target, await update(this.#context, call, target));
      case 'PATCH':
        return this.#written(call, target, await patch(this.#context, call, target));
      case 'DELETE':
        if (target.subresource !== '') throw refuse.methodNotAllowed();
        return answerJson(call, 200, await remove(this.#context, call, target));
      default:
        throw refuse.methodNotAllowed();
    }
  }

  #written(call: Call, { definition }: Target, { code, object }: Written): void {
    answerObject(call, code, definition, object, this.#context.now());
  }

  async #scale(call: Call, target: Target): Promise<void> {
    if (!['GET', 'PUT', 'PATCH'].includes(call.method)) throw refuse.methodNotAllowed();
    answerJson(call, 200, await scale(this.#context, call, target));
  }
}

function statusOf(error: unknown): StatusError['status'] {
  if (error instanceof StatusError) return error.status;
  // Not a refusal but a bug of ours: the client gets an answer, whoever runs the server gets the stack trace.
  process.emitWarning(error instanceof Error ? error : new Error(String(error)));
  return refuse.internal(error instanceof Error ? error.message : String(error)).status;
}
