import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** PostgreSQL's ReadyForQuery, outside of a transaction: how a connection is open. */
const READY = Buffer.from('Z\0\0\0\x05I', 'latin1');

/** The way to a database, for a test that breaks it. */
export async function startProxy(databaseUrl: string) {
  const target = new URL(databaseUrl);
  const open = new Set<{ near: Socket; far: Socket }>();
  let away = false;
  let cutsOpened = false;
  const server = createServer((near) => {
    if (away) return near.destroy();
    const far = connect(Number(target.port || 5432), target.hostname);
    const pair = { near, far };
    open.add(pair);
    for (const socket of [near, far]) {
      socket.on('error', () => {});
      socket.on('close', () => end(pair));
    }
    near.pipe(far).pipe(near);
    far.on('data', (bytes: Buffer) => {
      if (!cutsOpened || !bytes.subarray(-READY.length).equals(READY)) return;
      // It gets there, and what is asked then does not.
      near.unpipe(far);
      near.once('data', () => end(pair)).resume();
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = new URL(target);
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);

  return {
    url: url.href,
    /** Connections that are open stay so, and nothing comes through them any more. New ones work. */
    goDark(): void {
      for (const { near, far } of open) {
        near.unpipe(far);
        far.unpipe(near);
        near.resume();
        far.resume();
      }
    },
    /** Ends all connections, and says that nobody knows of them. New ones work. */
    reset(): void {
      for (const { near } of open) near.resetAndDestroy();
    },
    /** Ends all connections, and refuses new ones. */
    cut(): void {
      away = true;
      open.forEach(end);
    },
    /** From now on connections end once they are open and something is asked on them. */
    cutOpened(): void {
      cutsOpened = true;
    },
    /** Lets them through again. */
    mend(): void {
      away = false;
      cutsOpened = false;
    },
    close(): void {
      server.close();
      open.forEach(end);
    },
  };

  function end(pair: { near: Socket; far: Socket }): void {
    open.delete(pair);
    pair.near.destroy();
    pair.far.destroy();
  }
}
