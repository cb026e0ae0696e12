import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** SSM's parameters on loopback, as far as a locator is read: every region has its own. */
export interface LocalParameters {
  readonly endpoint: string;
  put(parameter: { readonly name: string; readonly value: string; readonly region: string }): void;
  close(): Promise<void>;
}

export async function startLocalParameters(): Promise<LocalParameters> {
  const stored = new Map<
    string,
    { readonly name: string; readonly value: string; readonly region: string }
  >();
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { Path } = JSON.parse(body) as { Path: string };
    const region = /\/([\w-]+)\/ssm\//.exec(String(request.headers.authorization))?.[1];
    const known = request.headers['x-amz-target'] === 'AmazonSSM.GetParametersByPath';
    const Parameters = [...stored.values()]
      .filter((one) => one.region === region && one.name.startsWith(`${Path}/`))
      .map(({ name, value }) => ({ Name: name, Value: value, Type: 'String' }));
    response
      .writeHead(known ? 200 : 400, { 'content-type': 'application/x-amz-json-1.1' })
      .end(JSON.stringify(known ? { Parameters } : { __type: 'UnknownOperation' }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    put: (parameter) => void stored.set(`${parameter.region}${parameter.name}`, parameter),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
