import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll } from 'vitest';

/** What a source does with one request. */
export type Reply = (response: ServerResponse, request: IncomingMessage) => void;
export type SourceServer = Awaited<ReturnType<typeof playSource>>;

/** A server on this machine that plays one on the Internet. It closes with the test file. */
export async function playSource(reply: (path: string) => Reply) {
  const requests: { method: string; url: string; headers: IncomingMessage['headers'] }[] = [];
  let connections = 0;
  const server = createServer((request, response) => {
    const { method = '', url = '', headers } = request;
    requests.push({ method, url, headers });
    request.resume().once('end', () => reply(new URL(url, 'http://x').pathname)(response, request));
  });
  server.on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { port, origin: `http://127.0.0.1:${port}`, requests, connections: () => connections };
}

export const sends =
  (body: string | Buffer, type = 'text/plain', status = 200, headers = {}): Reply =>
  (response) =>
    response.writeHead(status, { 'content-type': type, ...headers }).end(body);

export const sendsJson = (value: unknown, status = 200): Reply =>
  sends(JSON.stringify(value), 'application/json; charset=utf-8', status);

export const redirects =
  (location: string, status = 302): Reply =>
  (response) =>
    response.writeHead(status, { location }).end();

/** It takes the request, and never answers. */
export const hangs: Reply = () => {};

/** It begins, and says one byte now and then. */
export const trickles: Reply = (response) => {
  const timer = setInterval(() => response.write('.'), 20);
  response.once('close', () => clearInterval(timer));
};

/** It promises more than it sends. */
export const breaksOff =
  (begun: string): Reply =>
  (response) => {
    response.writeHead(200, { 'content-length': begun.length + 100 });
    response.write(begun, () => response.destroy());
  };

/** It never ends, and never says how long it is. */
export const pours: Reply = (response) => {
  const part = Buffer.alloc(64 * 1024, 'WEBVTT ');
  const pour = () => {
    while (!response.destroyed && response.write(part));
  };
  response.on('drain', pour);
  pour();
};
