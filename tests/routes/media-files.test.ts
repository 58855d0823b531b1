import { createHash } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { MediaFile } from '../../src/schemas/media-files.ts';
import { buildTestApp } from '../helpers/app.ts';
import { fileForm } from '../helpers/client.ts';
import { toneWav } from '../helpers/recordings.ts';

const LIMIT = 2_000_000;
const settings = { MEDIA_UPLOAD_LIMIT_BYTES: `${LIMIT}`, UPLOAD_LIMIT_BYTES: '1000' };
const app = await buildTestApp(settings);
const { client, media, repositories } = app;
const ada = await client.register();
const wav = toneWav(1_500);

const upload = (bytes: Uint8Array | string, name = 'Talk.wav', fields = {}, headers = {}) =>
  ada.request<MediaFile>('POST', '/v1/media-files', fileForm(bytes, name, fields), headers);
const pathOf = async (id: string) =>
  (await repositories.mediaFiles.getById(ada.user.id, id))?.filePath ?? '';
const stored = async () => {
  const paths: string[] = [];
  for await (const { filePath } of media.list()) paths.push(filePath);
  return paths;
};
/** What is received and not kept goes once the answer has been sent. */
const expectStored = async (paths: string[]) => {
  while ((await stored()).some((path) => path.startsWith('incoming/'))) await setTimeout(10);
  expect((await stored()).toSorted()).toEqual(paths.toSorted());
};

describe('an upload', () => {
  test('larger than other uploads may be is stored as it is, and described', async () => {
    const { status, body } = await upload(wav, '../../etc/Talk.wav');
    expect(status).toBe(201);
    expect(body).toMatchObject({
      ...{ fileName: 'Talk.wav', fileSize: wav.length, durationSeconds: 1.5, sourceFileId: null },
      contentHash: createHash('sha256').update(wav).digest('hex'),
      formatInfo: { mediaType: 'audio/wav', sampleRate: 16_000, channels: 1 },
      ...{ downloadStatus: 'completed', downloadError: null },
    });
    expect(body).not.toHaveProperty('filePath');
    const path = await pathOf(body.id);
    expect(await media.read(path, 0, wav.length)).toEqual(wav);
    await expectStored([path]);
    expect((await ada.request('GET', `/v1/media-files/${body.id}`)).body).toEqual(body);
    expect((await ada.request('DELETE', `/v1/media-files/${body.id}`)).status).toBe(204);
    await expectStored([]);
  });

  test('is called by its title, where it has one', async () => {
    const { body } = await upload('ID3', 'a.mp3', { title: 'Größe 🎙' });
    expect(body).toMatchObject({ fileName: 'Größe 🎙', durationSeconds: null });
    await ada.request('DELETE', `/v1/media-files/${body.id}`);
  });

  test('of the largest size is stored, and of one byte more refused', async () => {
    const { status, body } = await upload(Buffer.alloc(LIMIT));
    expect(status).toBe(201);
    await ada.request('DELETE', `/v1/media-files/${body.id}`);
    const refused = await upload(Buffer.alloc(LIMIT + 1));
    expect(refused).toMatchObject({ status: 413, body: { code: 'body_too_large' } });
    await expectStored([]);
  });

  test.each([
    ['an unknown field', { other: 'x' }, 400],
    ['an empty title', { title: '' }, 400],
    ['a title with NUL', { title: 'a\0b' }, 400],
  ])('with %s is refused, and leaves nothing behind', async (_, fields, status) => {
    expect(await upload(wav, 'a.wav', fields)).toMatchObject({ status });
    await expectStored([]);
  });

  test('without a file, or that is no form, is refused', async () => {
    const form = new FormData();
    form.set('file', 'just text');
    for (const body of [form, { title: 'Talk' }]) {
      expect(await ada.request('POST', '/v1/media-files', body)).toMatchObject({ status: 400 });
    }
    await expectStored([]);
  });

  test('that comes twice under a key is stored once', async () => {
    const key = { 'idempotency-key': 'upload-1' };
    const first = await upload(wav, 'Talk.wav', {}, key);
    const second = await upload(wav, 'Talk.wav', {}, key);
    expect(second.body).toEqual(first.body);
    expect(await upload('ID3', 'Talk.wav', {}, key)).toMatchObject({ status: 422 });
    await expectStored([await pathOf(first.body.id)]);
    await ada.request('DELETE', `/v1/media-files/${first.body.id}`);
  });

  test('that breaks off leaves nothing behind', async () => {
    await app.app.listen({ port: 0, host: '127.0.0.1' });
    const request = httpRequest(`${app.app.listeningOrigin}/v1/media-files`, {
      method: 'POST',
      headers: {
        ...ada.credentials,
        'content-type': 'multipart/form-data; boundary=x',
        'content-length': 1_000_000,
      },
    });
    request.on('error', () => {});
    request.write('--x\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\n');
    request.write(Buffer.alloc(100_000));
    while ((await stored()).length === 0) await setTimeout(10);
    request.destroy();
    await new Promise((resolve) => request.once('close', resolve));
    await expectStored([]);
  });
});

test('recordings are listed, the newest first, page by page', async () => {
  const ids: string[] = [];
  for (const name of ['a', 'b', 'c']) ids.unshift((await upload('ID3', name)).body.id);
  type Listed = { data: MediaFile[]; nextCursor: string | null };
  const first = await ada.request<Listed>('GET', '/v1/media-files?limit=2');
  const cursor = first.body.nextCursor;
  const second = await ada.request<Listed>('GET', `/v1/media-files?limit=2&cursor=${cursor}`);
  expect([...first.body.data, ...second.body.data].map(({ id }) => id)).toEqual(ids);
  expect(second.body.nextCursor).toBeNull();
});
