import { afterAll } from 'vitest';
import { type Playing, startModelServer } from '../../src/providers/scripted/model-server.ts';

/** A provider of models that plays a script. It closes with the test file. */
export async function playModel(playing?: Playing) {
  const server = await startModelServer(playing);
  afterAll(() => server.close());
  return server;
}
