import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { buildTestApp } from '../helpers/app.ts';

const LIMITS = { UPLOAD_LIMIT_BYTES: '8000000', MEDIA_UPLOAD_LIMIT_BYTES: '8000000' };
const { app, client, config } = await buildTestApp(LIMITS);
const ada = await client.register();
const port = Number(new URL(await app.listen({ port: 0, host: '127.0.0.1' })).port);

const BOUNDARY = 'between-parts';
const part = (named: string, content: string) =>
  `--${BOUNDARY}\r\ncontent-disposition: form-data; ${named}\r\n\r\n${content}\r\n`;
const LARGE = part('name="file"; filename="a.txt"', 'so it was said. '.repeat(200_000));

/** Sends a form and, on the same connection, another request. @returns the statuses of both */
async function statusesOf(path: string, ...parts: string[]): Promise<string[]> {
  const body = `${parts.join('')}--${BOUNDARY}--\r\n`;
  const socket = connect(port, '127.0.0.1');
  const headers = { host: 'localhost', ...ada.credentials, 'content-length': body.length };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const type = `content-type: multipart/form-data; boundary=${BOUNDARY}\r\n`;
  socket.write(`POST ${path} HTTP/1.1\r\n${lines.join('')}${type}\r\n${body}`);
  socket.write('GET /health/live HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n');
  let text = '';
  socket.on('data', (bytes) => {
    text += bytes;
  });
  await once(socket, 'close');
  return [...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status = '']) => status);
}

test('a form that is refused before its file has come does not hold its connection', async () => {
  const metadata = part('name="metadata"', '{no JSON');
  expect(await statusesOf('/v1/transcripts', metadata, LARGE)).toEqual(['400', '200']);
});

test('nor does one with more files than one', async () => {
  expect(await statusesOf('/v1/transcripts', LARGE, LARGE)).toEqual(['413', '200']);
});

test('nor does a recording for which there is no folder', async () => {
  await rm(config.MEDIA_DIR ?? '', { recursive: true });
  await writeFile(config.MEDIA_DIR ?? '', 'a file');
  expect(await statusesOf('/v1/media-files', LARGE)).toEqual(['500', '200']);
});
